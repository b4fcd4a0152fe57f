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
 * @param lease reads are answered for so long after the last proof that this source has the role; the next source waits as
 *     long before it takes a write, if this one has not handed over, so that all servers of a mirror need the same
 * @param transactionTimeout after so long the broker may end the fencing transaction; it is renewed every third of it
 */
public record SourceSettings(
        AckMode ack,
        long cacheBytes,
        long flushDirtyBytes,
        Duration flushInterval,
        long inflightBytes,
        Duration beat,
        Duration lease,
        Duration transactionTimeout) {
    /** The longest request of the NBD protocol that clients are told of. */
    private static final int MAX_REQUEST_BYTES = 32 << 20;

    /** A lease lasts at least so many beats: one that is late does not end it. */
    public static final int LEAST_BEATS_OF_LEASE = 3;

    /** The unit of the cache. */
    static final int BLOCK_BYTES = 4096;

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
        if (lease.compareTo(beat.multipliedBy(LEAST_BEATS_OF_LEASE)) < 0) {
            throw new IllegalArgumentException("source.lease.ms is " + lease.toMillis() + "; it must be at least "
                    + LEAST_BEATS_OF_LEASE + " x beat.ms, "
                    + beat.multipliedBy(LEAST_BEATS_OF_LEASE).toMillis()
                    + ": a source without writes shows by its beats that it has the role");
        }
    }

    /** The longest request that clients are told of: the protocol's, or what fits into half the cache, in whole blocks. */
    int maxRequestBytes() {
        return (int) Math.min(MAX_REQUEST_BYTES, cacheBytes / 2 / BLOCK_BYTES * BLOCK_BYTES);
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + " is " + value.toMillis() + "; it must be at least 1");
        }
    }
}
