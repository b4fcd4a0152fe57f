/**
 * The source server, steps 1 to 5 of a write's journey: it comes in through a block device, is numbered, kept in the
 * first cache, appended to the open epoch's log, answered, and flushed when the source rotates. Start at
 * {@link io.ringmirror.producer.Source}; the loop is {@code SourceMirror}.
 */
package io.ringmirror.producer;
