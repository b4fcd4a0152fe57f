package io.ringmirror.volume;

import static io.ringmirror.volume.BlockArena.BLOCK_BYTES;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/**
 * One half of a {@link WriteCache}: what several volumes are to hold after its flush. Zero ranges lie beneath and
 * written bytes above them: writing leaves the ranges alone, and making a range zero removes the written bytes in it. So
 * a flush applies the ranges first, and at most one state shows for each byte.
 *
 * <p>The owner's thread changes it while it is the active half; frozen, it is read by the owner and by the flusher.
 */
final class CacheHalf {
    /** Block numbers take the low bits of a key, so that keys sort by volume, then block: 4 PiB per volume. */
    private static final int BLOCK_BITS = 40;

    private static final long BLOCK_MASK = (1L << BLOCK_BITS) - 1;

    private final CachedBlocks blocks;
    private final ZeroRanges[] zeroes;

    CacheHalf(int slots, int volumes, IntFunction<ByteBuffer> memory) {
        this.blocks = new CachedBlocks(slots, memory);
        this.zeroes = new ZeroRanges[volumes];
        for (int volume = 0; volume < volumes; volume++) {
            zeroes[volume] = new ZeroRanges();
        }
    }

    CachedBlocks blocks() {
        return blocks;
    }

    ZeroRanges zeroes(int volume) {
        return zeroes[volume];
    }

    int volumes() {
        return zeroes.length;
    }

    static int volumeOf(long key) {
        return (int) (key >>> BLOCK_BITS);
    }

    /** Where a block begins in its volume. */
    static long offsetOf(long key) {
        return (key & BLOCK_MASK) * BLOCK_BYTES;
    }

    /** What its flush has to do, in bytes: each slot taken and each zero range counts as a block. */
    long bytes() {
        long ranges = 0;
        for (ZeroRanges volume : zeroes) {
            ranges += volume.size();
        }
        return blocks.bytes() + ranges * BLOCK_BYTES;
    }

    boolean fits(int volume, long offsetBytes, long lengthBytes) {
        long end = offsetBytes + lengthBytes;
        long most = end / BLOCK_BYTES - offsetBytes / BLOCK_BYTES + 3;
        if (most <= blocks.arena().free() && blocks.arena().provide((int) most)) {
            return true;
        }
        long needed = 0;
        for (long at = offsetBytes; at < end; at = nextBlock(at)) {
            needed += blocks.slotsToWrite(key(volume, at), within(at), endWithin(at, end));
        }
        return needed <= blocks.arena().free() && blocks.arena().provide((int) needed);
    }

    boolean write(int volume, long offsetBytes, ByteBuffer data) {
        if (!fits(volume, offsetBytes, data.remaining())) {
            return false;
        }
        long end = offsetBytes + data.remaining();
        int index = data.position();
        for (long at = offsetBytes; at < end; at = nextBlock(at)) {
            int length = endWithin(at, end) - within(at);
            blocks.write(key(volume, at), within(at), data, index, length);
            index += length;
        }
        return true;
    }

    boolean zero(int volume, long offsetBytes, long lengthBytes, boolean discard) {
        long end = offsetBytes + lengthBytes;
        if (!zeroes[volume].add(offsetBytes, end, discard)) {
            return false;
        }
        long firstWhole = Math.min(end, roundUp(offsetBytes));
        long endWhole = Math.max(firstWhole, end / BLOCK_BYTES * BLOCK_BYTES);
        if (offsetBytes < firstWhole) {
            blocks.zero(key(volume, offsetBytes), within(offsetBytes), endWithin(offsetBytes, firstWhole));
        }
        if (endWhole < end) {
            blocks.zero(key(volume, endWhole), 0, endWithin(endWhole, end));
        }
        drop(volume, firstWhole, endWhole);
        return true;
    }

    /** Tells in {@code run} what is cached at an offset, and until where, at most {@code end}, that is so. */
    void locate(int volume, long offsetBytes, long end, Run run) {
        long unwrittenEnd = end;
        if (blocks.size() > 0) {
            int slot = blocks.slot(key(volume, offsetBytes));
            int within = within(offsetBytes);
            long blockStart = offsetBytes - within;
            if (slot == BlockIndex.NONE) {
                unwrittenEnd = Math.min(end, blockStart + BLOCK_BYTES);
            } else {
                long runEnd = Math.min(end, blockStart + blocks.runEnd(slot, within));
                if (blocks.written(slot, within)) {
                    run.data(runEnd, slot, within);
                    return;
                }
                unwrittenEnd = runEnd;
            }
        }
        locateZero(zeroes[volume], offsetBytes, unwrittenEnd, run);
    }

    void clear() {
        blocks.clear();
        for (ZeroRanges volume : zeroes) {
            volume.clear();
        }
    }

    private static void locateZero(ZeroRanges ranges, long offsetBytes, long end, Run run) {
        int range = ranges.firstEndingAfter(offsetBytes);
        if (range == ranges.size()) {
            run.nothing(end);
        } else if (offsetBytes < ranges.start(range)) {
            run.nothing(Math.min(end, ranges.start(range)));
        } else {
            run.zero(Math.min(end, ranges.end(range)), ranges.discard(range));
        }
    }

    private void drop(int volume, long start, long end) {
        if ((end - start) / BLOCK_BYTES <= blocks.size()) {
            for (long at = start; at < end; at += BLOCK_BYTES) {
                blocks.drop(key(volume, at));
            }
            return;
        }
        for (long key : blocks.sortedKeys()) {
            if (volumeOf(key) == volume && offsetOf(key) >= start && offsetOf(key) < end) {
                blocks.drop(key);
            }
        }
    }

    private static long key(int volume, long offsetBytes) {
        return ((long) volume << BLOCK_BITS) | (offsetBytes / BLOCK_BYTES);
    }

    private static int within(long offsetBytes) {
        return (int) (offsetBytes % BLOCK_BYTES);
    }

    /** The end, within the block at {@code offsetBytes}, of a range that reaches to {@code end}. */
    private static int endWithin(long offsetBytes, long end) {
        return (int) Math.min(BLOCK_BYTES, end - (offsetBytes - within(offsetBytes)));
    }

    private static long nextBlock(long offsetBytes) {
        return offsetBytes - within(offsetBytes) + BLOCK_BYTES;
    }

    private static long roundUp(long offsetBytes) {
        return (offsetBytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }
}
