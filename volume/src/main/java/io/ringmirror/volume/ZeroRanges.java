package io.ringmirror.volume;

import java.util.Arrays;

/**
 * The ranges of one volume that were made zero, written so or discarded: sorted, apart from each other, the later one
 * winning where two overlap. One thread changes it; others may read while it does not change. Holds at most
 * {@link #MAX_RANGES}.
 */
final class ZeroRanges {
    static final int MAX_RANGES = 16_384;

    private long[] starts = new long[16];
    private long[] ends = new long[16];
    private boolean[] discards = new boolean[16];
    private int size;

    int size() {
        return size;
    }

    long start(int range) {
        return starts[range];
    }

    long end(int range) {
        return ends[range];
    }

    boolean discard(int range) {
        return discards[range];
    }

    /** Adds a range, joined with ranges of its kind that it meets; false, and no change, if there would be too many. */
    boolean add(long start, long end, boolean discard) {
        int first = firstEndingAtOrAfter(start);
        int after = first;
        while (after < size && starts[after] <= end) {
            after++;
        }
        // Of the ranges it meets only the outermost can reach beyond it: they are joined, or keep what lies outside.
        long joinedStart = start;
        long joinedEnd = end;
        boolean keepLeft = false;
        boolean keepRight = false;
        if (after > first) {
            if (discards[first] == discard) {
                joinedStart = Math.min(start, starts[first]);
            } else {
                keepLeft = starts[first] < start;
            }
            if (discards[after - 1] == discard) {
                joinedEnd = Math.max(end, ends[after - 1]);
            } else {
                keepRight = ends[after - 1] > end;
            }
        }
        long rightEnd = keepRight ? ends[after - 1] : 0;
        int replacements = 1 + (keepLeft ? 1 : 0) + (keepRight ? 1 : 0);
        if (!resize(first, after, replacements)) {
            return false;
        }
        int at = first;
        if (keepLeft) {
            ends[at++] = start;
        }
        set(at++, joinedStart, joinedEnd, discard);
        if (keepRight) {
            set(at, end, rightEnd, !discard);
        }
        return true;
    }

    /** The first range that ends after {@code offset}, or {@link #size}. */
    int firstEndingAfter(long offset) {
        return firstEndingAtOrAfter(offset + 1);
    }

    void clear() {
        size = 0;
    }

    private int firstEndingAtOrAfter(long offset) {
        int at = Arrays.binarySearch(ends, 0, size, offset);
        return at < 0 ? -at - 1 : at;
    }

    /** Makes room for {@code replacements} in place of the ranges from {@code first} to before {@code after}. */
    private boolean resize(int first, int after, int replacements) {
        int resized = size - (after - first) + replacements;
        if (resized > MAX_RANGES) {
            return false;
        }
        if (resized > starts.length) {
            int length = Math.min(MAX_RANGES, Math.max(resized, starts.length * 2));
            starts = Arrays.copyOf(starts, length);
            ends = Arrays.copyOf(ends, length);
            discards = Arrays.copyOf(discards, length);
        }
        int tail = first + replacements;
        System.arraycopy(starts, after, starts, tail, size - after);
        System.arraycopy(ends, after, ends, tail, size - after);
        System.arraycopy(discards, after, discards, tail, size - after);
        size = resized;
        return true;
    }

    private void set(int range, long start, long end, boolean discard) {
        starts[range] = start;
        ends[range] = end;
        discards[range] = discard;
    }
}
