package io.ringmirror.volume;

import java.util.Arrays;

/**
 * A hash map from block keys (never negative) to slots that allocates nothing once built: open addressing with linear
 * probing in a table at most half full, give or take {@link #SLACK}, and removal that moves followers back instead of
 * leaving tombstones. One thread changes it; others may read while it does not change.
 */
final class BlockIndex {
    static final int NONE = -1;
    /** So many keys more than half of the table it takes: a power of two and a little must not double it. */
    static final int SLACK = 2;

    private static final int MIN_LENGTH = 8;
    private static final long EMPTY = -1;

    private final long[] keys;
    private final int[] slots;
    private final int mask;
    private int size;

    BlockIndex(int capacity) {
        int length = length(capacity);
        this.keys = new long[length];
        this.slots = new int[length];
        this.mask = length - 1;
        Arrays.fill(keys, EMPTY);
    }

    /** The length of the table for so many keys: a power of two, 12 bytes of heap for each. */
    static int length(int capacity) {
        return Math.max(MIN_LENGTH, Integer.highestOneBit((capacity - SLACK) * 2 - 1) << 1);
    }

    int size() {
        return size;
    }

    /** The slot of a key, or {@link #NONE}. */
    int get(long key) {
        int at = find(key);
        return keys[at] == EMPTY ? NONE : slots[at];
    }

    /** Adds a key that is not there. */
    void put(long key, int slot) {
        int at = find(key);
        keys[at] = key;
        slots[at] = slot;
        size++;
    }

    /** Removes a key and returns its slot, or {@link #NONE}. */
    int remove(long key) {
        int hole = find(key);
        if (keys[hole] == EMPTY) {
            return NONE;
        }
        int removed = slots[hole];
        for (int at = next(hole); keys[at] != EMPTY; at = next(at)) {
            // A follower may fill the hole unless its home lies between the hole and itself.
            if (distance(home(keys[at]), at) >= distance(hole, at)) {
                keys[hole] = keys[at];
                slots[hole] = slots[at];
                hole = at;
            }
        }
        keys[hole] = EMPTY;
        size--;
        return removed;
    }

    /** Every key, ascending. */
    long[] sortedKeys() {
        long[] sorted = new long[size];
        int count = 0;
        for (long key : keys) {
            if (key != EMPTY) {
                sorted[count++] = key;
            }
        }
        Arrays.sort(sorted);
        return sorted;
    }

    void clear() {
        if (size > 0) {
            Arrays.fill(keys, EMPTY);
            size = 0;
        }
    }

    private int find(long key) {
        int at = home(key);
        while (keys[at] != EMPTY && keys[at] != key) {
            at = next(at);
        }
        return at;
    }

    private int next(int at) {
        return (at + 1) & mask;
    }

    private int distance(int start, int end) {
        return (end - start) & mask;
    }

    private int home(long key) {
        long mixed = key * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 32) & mask;
    }
}
