package io.ringmirror.volume;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Off-heap memory cut into slots of one block each. Memory is taken from the system in chunks as it is first needed and
 * reused ever after; it never exceeds the number of slots given at the start, and a block more for each chunk. Where the
 * system refuses a chunk the arena is full with those it has. One thread takes and frees slots; their content may be read
 * by others while no slot is taken or freed.
 */
final class BlockArena {
    static final int BLOCK_BYTES = 4096;
    private static final int CHUNK_SLOTS = 256;

    /** Being refused takes long, as the Java machine looks for garbage first: so often nothing is asked of it. */
    private static final int ASKED_BETWEEN_TRIES = 500;

    private static final Logger LOG = LoggerFactory.getLogger(BlockArena.class);

    private final IntFunction<ByteBuffer> memory;
    private final int slots;
    private final ByteBuffer[] chunks;
    private final int[] freed;
    private int freedCount;
    private int untouched;
    private int passedOver;

    /** @param memory gives so many bytes off the heap, or throws {@link OutOfMemoryError} */
    BlockArena(int slots, IntFunction<ByteBuffer> memory) {
        this.memory = memory;
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

    /**
     * Has memory ready for so many slots to be taken; false if there are fewer, or no memory for them: then some must be
     * freed, or all cleared, or it is asked again later.
     */
    boolean provide(int count) {
        if (count > free()) {
            return false;
        }
        int fresh = count - freedCount;
        boolean there = true;
        for (int slot = untouched; there && slot < untouched + fresh; slot = (slot / CHUNK_SLOTS + 1) * CHUNK_SLOTS) {
            there = chunks[slot / CHUNK_SLOTS] != null || allocate(slot / CHUNK_SLOTS);
        }
        return there;
    }

    /** Takes a slot with unknown content; memory must have been provided. */
    int take() {
        if (freedCount > 0) {
            return freed[--freedCount];
        }
        if (untouched == slots) {
            throw new IllegalStateException("all " + slots + " blocks of the cache are taken");
        }
        return untouched++;
    }

    private boolean allocate(int chunk) {
        if (passedOver > 0 && passedOver++ < ASKED_BETWEEN_TRIES) {
            return false;
        }
        int chunkSlots = Math.min(CHUNK_SLOTS, slots - chunk * CHUNK_SLOTS);
        try {
            // A slot begins where a page does, as a write past the system's memory needs it.
            chunks[chunk] = memory.apply((chunkSlots + 1) * BLOCK_BYTES).alignedSlice(BLOCK_BYTES);
            passedOver = 0;
            return true;
        } catch (OutOfMemoryError e) {
            LOG.warn(
                    "a cache counts as full with {} of {} bytes: there is no more memory off the heap; writes wait for"
                            + " its flush. Give the process more with -XX:MaxDirectMemorySize: {}",
                    (long) chunk * CHUNK_SLOTS * BLOCK_BYTES,
                    (long) slots * BLOCK_BYTES,
                    e.getMessage());
            passedOver = 1;
            return false;
        }
    }

    void free(int slot) {
        freed[freedCount++] = slot;
    }

    /** Frees every slot and keeps the memory. Slots are then taken in ascending order again. */
    void clear() {
        freedCount = 0;
        untouched = 0;
        passedOver = 0;
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
