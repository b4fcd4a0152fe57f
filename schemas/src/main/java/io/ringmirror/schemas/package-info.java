/**
 * The words that all modules share: the records of the topics, their names, checksums and digests, and the rule by
 * which an epoch is released. A write's journey is told in them from its first step to its last: a
 * {@link io.ringmirror.schemas.LogRecord} in the ring, {@linkplain io.ringmirror.schemas.Event events} about flushes,
 * the {@linkplain io.ringmirror.schemas.MirrorStatus status} that releases its log.
 */
package io.ringmirror.schemas;
