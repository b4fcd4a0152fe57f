package io.ringmirror.volume;

/**
 * A part of a volume that is all data or all hole.
 *
 * @param offsetBytes where it begins, inclusive
 * @param lengthBytes at least 1
 * @param hole true if it takes no space and reads as zeroes
 */
public record Extent(long offsetBytes, long lengthBytes, boolean hole) {
    public Extent {
        if (offsetBytes < 0 || lengthBytes < 1) {
            throw new IllegalArgumentException(
                    "extent at " + offsetBytes + " of " + lengthBytes + " bytes: offset below 0 or length below 1");
        }
    }

    /** The offset after the last byte. */
    public long endBytes() {
        return offsetBytes + lengthBytes;
    }
}
