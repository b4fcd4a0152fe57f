package io.ringmirror.producer;

import java.time.Duration;
import java.util.Objects;

/**
 * How a source server treats its mirrors.
 *
 * @param ack when a write is answered
 * @param cacheBytes the first cache of one mirror, both halves together
 * @param flushDirtyBytes a flush begins when the active half holds so much
 * @param flushInterval a flush begins when the epoch's first change is so old
 * @param inflightBytes most bytes of unacknowledged records of one mirror; one request may pass it
 * @param beat an idle source appends a beat so often
 * @param transactionTimeout after so long the broker may end the fencing transaction; it is committed every third of it
 */
public record SourceSettings(
        AckMode ack,
        long cacheBytes,
        long flushDirtyBytes,
        Duration flushInterval,
        long inflightBytes,
        Duration beat,
        Duration transactionTimeout) {

    /** When a write is answered. */
    public enum AckMode {
        /** When the log has it and all before it. */
        WRITE,
        /** When the cache has it; FLUSH and FUA wait for the log. */
        FLUSH
    }

    public SourceSettings {
        Objects.requireNonNull(ack, "ack");
        if (cacheBytes < 1 << 20) {
            throw new IllegalArgumentException("source.cache.bytes is " + cacheBytes + "; it must be at least 1 MiB");
        }
        if (flushDirtyBytes < 4096 || flushDirtyBytes > cacheBytes / 2) {
            throw new IllegalArgumentException("source.flush.dirty.bytes is " + flushDirtyBytes
                    + "; it must be from 4096 to half of source.cache.bytes, " + cacheBytes / 2);
        }
        if (inflightBytes < 1 << 20) {
            throw new IllegalArgumentException(
                    "source.inflight.bytes is " + inflightBytes + "; it must be at least 1 MiB");
        }
        positive("source.flush.interval.ms", flushInterval);
        positive("beat.ms", beat);
        positive("transaction.timeout.ms", transactionTimeout);
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + " is " + value.toMillis() + "; it must be at least 1");
        }
    }
}
