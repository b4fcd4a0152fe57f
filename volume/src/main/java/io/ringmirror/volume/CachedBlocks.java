package io.ringmirror.volume;

import static io.ringmirror.volume.BlockArena.BLOCK_BYTES;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/**
 * The written bytes of one half of a {@link WriteCache}, block by block. One thread changes it; others may read while it
 * does not change.
 *
 * <p>A block takes a slot, and its written bytes are the range from {@code from} to before {@code to}. A block whose
 * written bytes lie apart takes a second slot, its mask: one byte per byte of the block, {@link #WRITTEN} or not.
 */
final class CachedBlocks {
    private static final byte WRITTEN = 1;
    private static final byte UNWRITTEN = 0;

    private final BlockArena arena;
    private final BlockIndex index;
    private final int[] from;
    private final int[] to;
    private final int[] mask;

    CachedBlocks(int slots, IntFunction<ByteBuffer> memory) {
        this.arena = new BlockArena(slots, memory);
        this.index = new BlockIndex(slots);
        this.from = new int[slots];
        this.to = new int[slots];
        this.mask = new int[slots];
    }

    BlockArena arena() {
        return arena;
    }

    int size() {
        return index.size();
    }

    long bytes() {
        return (long) (arena.slots() - arena.free()) * BLOCK_BYTES;
    }

    /** The slot of a block, or {@link BlockIndex#NONE}. */
    int slot(long key) {
        return index.get(key);
    }

    long[] sortedKeys() {
        return index.sortedKeys();
    }

    /** How many more slots it takes to write a part of a block. */
    int slotsToWrite(long key, int start, int end) {
        int slot = index.get(key);
        if (slot == BlockIndex.NONE) {
            return 1;
        }
        return mask[slot] == BlockIndex.NONE && apart(slot, start, end) ? 1 : 0;
    }

    /** Writes a part of a block; the slots it takes must be free. */
    void write(long key, int start, ByteBuffer source, int sourceIndex, int lengthBytes) {
        int slot = index.get(key);
        if (slot == BlockIndex.NONE) {
            slot = arena.take();
            index.put(key, slot);
            from[slot] = start;
            to[slot] = start + lengthBytes;
            mask[slot] = BlockIndex.NONE;
        } else {
            markWritten(slot, start, start + lengthBytes);
        }
        arena.put(slot, start, source, sourceIndex, lengthBytes);
    }

    /** Makes the written bytes among a part of a block zeroes, if it is cached at all; takes no slot. */
    void zero(long key, int start, int end) {
        int slot = index.get(key);
        if (slot == BlockIndex.NONE || (mask[slot] == BlockIndex.NONE && apart(slot, start, end))) {
            return;
        }
        markWritten(slot, start, end);
        arena.fill(slot, start, end, (byte) 0);
    }

    /** Forgets a block. */
    void drop(long key) {
        int slot = index.remove(key);
        if (slot != BlockIndex.NONE) {
            dropMask(slot);
            arena.free(slot);
        }
    }

    boolean written(int slot, int within) {
        return from[slot] <= within
                && within < to[slot]
                && (mask[slot] == BlockIndex.NONE || arena.get(mask[slot], within) == WRITTEN);
    }

    /** The end of the bytes from {@code within} on that are all written, or all not. */
    int runEnd(int slot, int within) {
        if (within < from[slot]) {
            return from[slot];
        }
        if (within >= to[slot]) {
            return BLOCK_BYTES;
        }
        if (mask[slot] == BlockIndex.NONE) {
            return to[slot];
        }
        byte state = arena.get(mask[slot], within);
        int end = within + 1;
        while (end < to[slot] && arena.get(mask[slot], end) == state) {
            end++;
        }
        return end;
    }

    void clear() {
        index.clear();
        arena.clear();
    }

    private boolean apart(int slot, int start, int end) {
        return end < from[slot] || to[slot] < start;
    }

    private void markWritten(int slot, int start, int end) {
        if (mask[slot] == BlockIndex.NONE && apart(slot, start, end)) {
            mask[slot] = arena.take();
            arena.fill(mask[slot], 0, BLOCK_BYTES, UNWRITTEN);
            arena.fill(mask[slot], from[slot], to[slot], WRITTEN);
        }
        from[slot] = Math.min(from[slot], start);
        to[slot] = Math.max(to[slot], end);
        if (mask[slot] != BlockIndex.NONE) {
            arena.fill(mask[slot], start, end, WRITTEN);
            if (runEnd(slot, from[slot]) == to[slot]) {
                dropMask(slot);
            }
        }
    }

    private void dropMask(int slot) {
        if (mask[slot] != BlockIndex.NONE) {
            arena.free(mask[slot]);
            mask[slot] = BlockIndex.NONE;
        }
    }
}
