/**
 * The destination server, steps 6 to 8 and 10 of a write's journey: it is taken into the second cache, flushed, stated
 * and committed; then, once the tracker has released its epoch, its log is given back. Start at
 * {@link io.ringmirror.consumer.Destination}; the loop is {@code DestinationMirror}.
 */
package io.ringmirror.consumer;
