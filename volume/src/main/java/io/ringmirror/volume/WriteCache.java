package io.ringmirror.volume;

import static io.ringmirror.volume.BlockArena.BLOCK_BYTES;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What was written to the volumes of a mirror and is not yet in their images: a bounded, off-heap cache of two halves,
 * one that takes writes and one that is being flushed. Reads see the active half, then the frozen one; what neither
 * holds is in the image. All methods belong to one owner thread; a flusher thread may meanwhile use the
 * {@link FrozenCache}, handed over and back by a happens-before edge such as an executor's.
 *
 * <p>Volumes are told by their index. The caller has checked that ranges lie within the volume. Blocks of 4096 bytes are
 * the unit of memory: a write of a few bytes costs a whole one (a second one if it lies apart from what the block holds),
 * an overwrite costs nothing. Beside the arena each half keeps heap for each of its blocks: 40 bytes where their number is a
 * power of two, or one or two more, and up to 64 in between.
 */
public final class WriteCache implements AutoCloseable {
    /** Least capacity: sixteen blocks in each half. */
    public static final long MIN_CAPACITY_BYTES = 2L * 16 * BLOCK_BYTES;

    /** Most capacity: 1 TiB. */
    public static final long MAX_CAPACITY_BYTES = 1L << 40;

    /** Most extents told at once: written bytes may lie apart by single ones. */
    static final int MAX_EXTENTS = 1 << 14;

    private final long capacityBytes;
    private final Run run = new Run();
    private CacheHalf active;
    private CacheHalf spare;
    private FrozenCache frozen;

    /**
     * Takes no arena memory yet: it is taken as writes need it, and kept until {@link #close}.
     *
     * @param capacityBytes the most off-heap memory it takes, at least {@link #MIN_CAPACITY_BYTES}; half for each half
     * @param volumes how many volumes, at least 1
     */
    public WriteCache(long capacityBytes, int volumes) {
        this(capacityBytes, volumes, ByteBuffer::allocateDirect);
    }

    /** @param memory gives so many bytes off the heap, or throws {@link OutOfMemoryError}: it is full with what it has then */
    WriteCache(long capacityBytes, int volumes, IntFunction<ByteBuffer> memory) {
        if (capacityBytes < MIN_CAPACITY_BYTES || capacityBytes > MAX_CAPACITY_BYTES) {
            throw new IllegalArgumentException("cache of " + capacityBytes + " bytes: it must have "
                    + MIN_CAPACITY_BYTES + " to " + MAX_CAPACITY_BYTES);
        }
        if (volumes < 1) {
            throw new IllegalArgumentException("cache for " + volumes + " volumes: there must be at least 1");
        }
        int slots = (int) (capacityBytes / 2 / BLOCK_BYTES);
        this.capacityBytes = capacityBytes;
        this.active = new CacheHalf(slots, volumes, memory);
        this.spare = new CacheHalf(slots, volumes, memory);
    }

    public long capacityBytes() {
        return capacityBytes;
    }

    /** The longest write that an empty half takes whatever its offset. */
    public long maxWriteBytes() {
        return (capacityBytes / 2 / BLOCK_BYTES - 1) * BLOCK_BYTES;
    }

    /** Tells whether a write of this range would fit now, so that the parts of a split write are taken all or none. */
    public boolean fits(int volume, long offsetBytes, long lengthBytes) {
        return active.fits(volume, offsetBytes, lengthBytes);
    }

    /**
     * Takes the bytes of {@code data} from its position to its limit, both left as they are.
     *
     * @return false if they do not fit into the active half; then nothing has changed
     */
    public boolean write(int volume, long offsetBytes, ByteBuffer data) {
        return active.write(volume, offsetBytes, data);
    }

    /**
     * Makes a range of any length read as zeroes.
     *
     * @param discard whether the space is given back at the flush, or kept
     * @return false if the active half holds too many separate ranges; then nothing has changed
     */
    public boolean zero(int volume, long offsetBytes, long lengthBytes, boolean discard) {
        return active.zero(volume, offsetBytes, lengthBytes, discard);
    }

    /** What a flush of the active half has to do: 4096 for each block, and for each range of zeroes; 0 if nothing. */
    public long dirtyBytes() {
        return active.bytes();
    }

    /** What the half being flushed holds, counted as {@link #dirtyBytes} is; 0 if there is none. */
    public long flushingBytes() {
        return frozen == null ? 0 : frozen.bytes();
    }

    /** Tells whether a frozen half exists. */
    public boolean flushing() {
        return frozen != null;
    }

    /**
     * Makes the active half the frozen one, to be flushed, and goes on with the other, empty one.
     *
     * @throws IllegalStateException if one is frozen already
     */
    public FrozenCache freeze() {
        if (frozen != null) {
            throw new IllegalStateException("a half of the cache is being flushed already");
        }
        frozen = new FrozenCache(active);
        active = spare;
        spare = null;
        return frozen;
    }

    /**
     * Drops the frozen half: its content is in the images and forced. After a failed flush it is not called; the frozen
     * half stays, is read from and is flushed again whole.
     *
     * @throws IllegalStateException if none is frozen
     */
    public void thaw() {
        if (frozen == null) {
            throw new IllegalStateException("no half of the cache is being flushed");
        }
        spare = frozen.half();
        spare.clear();
        frozen = null;
    }

    /**
     * Copies what is cached of a range into its places in {@code target}, from its position to its limit, both left as
     * they are, and names the rest.
     */
    public void read(int volume, long offsetBytes, ByteBuffer target, Misses misses) {
        long end = offsetBytes + target.remaining();
        long shift = offsetBytes - target.position();
        long missStart = offsetBytes;
        long at = offsetBytes;
        while (at < end) {
            CacheHalf half = locate(volume, at, end);
            if (run.kind() != Run.Kind.NOTHING) {
                miss(missStart, at, shift, misses);
                missStart = run.endBytes();
                copy(half, target, (int) (at - shift), (int) (run.endBytes() - at));
            }
            at = run.endBytes();
        }
        miss(missStart, end, shift, misses);
    }

    /**
     * Tells what is cached of a range: extents that adjoin, in order, covering it, none like its neighbour. Of a range
     * that has more than {@link #MAX_EXTENTS} only so many are told. Costs a lookup for each block of the range; callers
     * bound its length.
     */
    public List<CachedExtent> extents(int volume, long offsetBytes, long lengthBytes) {
        List<CachedExtent> extents = new ArrayList<>();
        long end = offsetBytes + lengthBytes;
        long start = offsetBytes;
        CachedExtent.State state = null;
        for (long at = offsetBytes; at < end; at = run.endBytes()) {
            locate(volume, at, end);
            CachedExtent.State here = state(run.kind());
            if (here != state && at > start) {
                extents.add(new CachedExtent(start, at - start, state));
                if (extents.size() == MAX_EXTENTS) {
                    return extents;
                }
                start = at;
            }
            state = here;
        }
        if (end > start) {
            extents.add(new CachedExtent(start, end - start, state));
        }
        return extents;
    }

    /** Forgets everything, flushed or not, and lets the memory go. The cache is not used afterwards. */
    @Override
    public void close() {
        active = null;
        spare = null;
        frozen = null;
    }

    /** Fills {@link #run} from the active half, or, where that knows nothing, from the frozen one; returns which. */
    private CacheHalf locate(int volume, long at, long end) {
        active.locate(volume, at, end, run);
        if (run.kind() != Run.Kind.NOTHING || frozen == null) {
            return active;
        }
        frozen.half().locate(volume, at, run.endBytes(), run);
        return frozen.half();
    }

    private void copy(CacheHalf half, ByteBuffer target, int targetIndex, int lengthBytes) {
        if (run.kind() == Run.Kind.DATA) {
            half.blocks().arena().get(run.slot(), run.within(), target, targetIndex, lengthBytes);
        } else {
            Zeroes.put(target, targetIndex, lengthBytes);
        }
    }

    private static void miss(long start, long end, long shift, Misses misses) {
        if (end > start) {
            misses.miss(start, (int) (end - start), (int) (start - shift));
        }
    }

    private static CachedExtent.State state(Run.Kind kind) {
        return switch (kind) {
            case NOTHING -> CachedExtent.State.UNKNOWN;
            case DISCARDED -> CachedExtent.State.HOLE;
            case DATA, ZERO -> CachedExtent.State.DATA;
        };
    }
}
