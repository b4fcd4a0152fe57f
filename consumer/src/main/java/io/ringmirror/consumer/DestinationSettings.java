package io.ringmirror.consumer;

import java.time.Duration;

/**
 * How a destination server treats its mirrors.
 *
 * @param cacheBytes the second cache of one mirror, both halves together
 * @param flushDirtyBytes a flush begins when the active half holds so much
 * @param flushInterval a flush begins when the oldest dirty block is so old
 * @param beat the destination states how far it is so often
 */
public record DestinationSettings(long cacheBytes, long flushDirtyBytes, Duration flushInterval, Duration beat) {
    public DestinationSettings {
        if (cacheBytes < 4 << 20) {
            throw new IllegalArgumentException("destination.cache.bytes is " + cacheBytes
                    + "; it must be at least 4 MiB, so that the largest record fits into one half");
        }
        if (flushDirtyBytes < 4096 || flushDirtyBytes > cacheBytes / 2) {
            throw new IllegalArgumentException("destination.flush.dirty.bytes is " + flushDirtyBytes
                    + "; it must be from 4096 to half of destination.cache.bytes, " + cacheBytes / 2);
        }
        positive("destination.flush.interval.ms", flushInterval);
        positive("beat.ms", beat);
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + " is " + value.toMillis() + "; it must be at least 1");
        }
    }
}
