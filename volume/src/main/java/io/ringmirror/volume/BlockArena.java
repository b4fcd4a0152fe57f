package io.ringmirror.volume;

import java.nio.ByteBuffer;

/**
 * Off-heap memory cut into slots of one block each. Memory is taken from the system in chunks as it is first needed and
 * reused ever after; it never exceeds the number of slots given at the start, and a block more for each chunk. One thread
 * takes and frees slots; their content may be read by others while no slot is taken or freed.
 */
final class BlockArena {
    static final int BLOCK_BYTES = 4096;
    private static final int CHUNK_SLOTS = 256;

    private final int slots;
    private final ByteBuffer[] chunks;
    private final int[] freed;
    private int freedCount;
    private int untouched;

    BlockArena(int slots) {
        this.slots = slots;
        this.chunks = new ByteBuffer[(slots + CHUNK_SLOTS - 1) / CHUNK_SLOTS];
        this.freed = new int[slots];
    }

    int slots() {
        return slots;
    }

    int free() {
        return slots - untouched + freedCount;
    }

    /** Takes a slot with unknown content; there must be a free one. */
    int take() {
        if (freedCount > 0) {
            return freed[--freedCount];
        }
        if (untouched == slots) {
            throw new IllegalStateException("all " + slots + " blocks of the cache are taken");
        }
        int slot = untouched++;
        int chunk = slot / CHUNK_SLOTS;
        if (chunks[chunk] == null) {
            int chunkSlots = Math.min(CHUNK_SLOTS, slots - chunk * CHUNK_SLOTS);
            // A slot begins where a page does, as a write past the system's memory needs it.
            chunks[chunk] =
                    ByteBuffer.allocateDirect((chunkSlots + 1) * BLOCK_BYTES).alignedSlice(BLOCK_BYTES);
        }
        return slot;
    }

    void free(int slot) {
        freed[freedCount++] = slot;
    }

    /** Frees every slot and keeps the memory. Slots are then taken in ascending order again. */
    void clear() {
        freedCount = 0;
        untouched = 0;
    }

    /** Copies bytes into a slot; {@code source}'s position is left as it is. */
    void put(int slot, int within, ByteBuffer source, int sourceIndex, int lengthBytes) {
        chunk(slot).put(base(slot) + within, source, sourceIndex, lengthBytes);
    }

    /** Copies bytes out of a slot; {@code target}'s position is left as it is. */
    void get(int slot, int within, ByteBuffer target, int targetIndex, int lengthBytes) {
        target.put(targetIndex, chunk(slot), base(slot) + within, lengthBytes);
    }

    byte get(int slot, int within) {
        return chunk(slot).get(base(slot) + within);
    }

    void fill(int slot, int from, int to, byte value) {
        ByteBuffer chunk = chunk(slot);
        int base = base(slot);
        for (int within = from; within < to; within++) {
            chunk.put(base + within, value);
        }
    }

    /** A view of {@code lengthBytes} that begins in a slot and may reach into slots that {@link #adjoin} it. */
    ByteBuffer view(int slot, int within, int lengthBytes) {
        return chunk(slot).slice(base(slot) + within, lengthBytes);
    }

    /** Tells whether {@code next} lies right behind {@code slot} in memory. */
    static boolean adjoin(int slot, int next) {
        return next == slot + 1 && next % CHUNK_SLOTS != 0;
    }

    private ByteBuffer chunk(int slot) {
        return chunks[slot / CHUNK_SLOTS];
    }

    private static int base(int slot) {
        return slot % CHUNK_SLOTS * BLOCK_BYTES;
    }
}
