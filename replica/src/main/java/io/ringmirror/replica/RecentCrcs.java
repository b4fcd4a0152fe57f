package io.ringmirror.replica;

import io.ringmirror.replica.ChainException.Kind;

/**
 * The checksums of the last data records, to tell a repetition (the same number, the same bytes) from a fault (the same
 * number, other bytes). A writer repeats no more than its unacknowledged queue, which is seldom longer than this memory;
 * repetitions older than it, or from before this memory began, pass unchecked: they change nothing. Owned by a
 * {@link Chain}.
 */
final class RecentCrcs {
    /** A power of two. */
    static final int CAPACITY_RECORDS = 1 << 14;

    private final int[] crcs = new int[CAPACITY_RECORDS];
    private long first = Long.MAX_VALUE;
    private long last = -1;

    void add(long sequence, int crc32c) {
        first = Math.min(first, sequence);
        last = sequence;
        crcs[slot(sequence)] = crc32c;
    }

    /** Throws if the entry's number is remembered with another checksum. */
    void requireSame(LogEntry entry, int crc32c) {
        long sequence = entry.sequence();
        boolean remembered = sequence >= first && sequence <= last && sequence > last - CAPACITY_RECORDS;
        if (remembered && crcs[slot(sequence)] != crc32c) {
            throw new ChainException(
                    Kind.DIVERGED,
                    entry.describe() + " has the number of a record already taken, with other bytes (crc "
                            + Integer.toHexString(crc32c) + ", taken " + Integer.toHexString(crcs[slot(sequence)])
                            + ")");
        }
    }

    private static int slot(long sequence) {
        return (int) (sequence & (CAPACITY_RECORDS - 1));
    }
}
