/**
 * The destination server, steps 6 to 9 of a write's journey: it is taken into the second cache, flushed, stated and
 * committed; then its log is given back. Start at {@link io.ringmirror.consumer.Destination}.
 */
package io.ringmirror.consumer;
