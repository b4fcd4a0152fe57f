package io.ringmirror.volume;

/**
 * What a {@link WriteCache} knows of a part of a volume.
 *
 * @param offsetBytes where it begins, inclusive
 * @param lengthBytes at least 1
 * @param state what reading it would give
 */
public record CachedExtent(long offsetBytes, long lengthBytes, State state) {
    /** What is known of the part. */
    public enum State {
        /** Cached; takes space once flushed. */
        DATA,
        /** Cached as discarded: reads as zeroes and takes no space once flushed. */
        HOLE,
        /** Not cached: the image knows. */
        UNKNOWN
    }

    public CachedExtent {
        if (offsetBytes < 0 || lengthBytes < 1) {
            throw new IllegalArgumentException("cached extent at " + offsetBytes + " of " + lengthBytes
                    + " bytes: offset below 0 or length below 1");
        }
    }

    /** The offset after the last byte. */
    public long endBytes() {
        return offsetBytes + lengthBytes;
    }
}
