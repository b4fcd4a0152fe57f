package io.ringmirror.volume;

import static io.ringmirror.volume.BlockArena.BLOCK_BYTES;

import java.io.IOException;
import java.util.List;

/**
 * The half of a {@link WriteCache} that is being flushed: it does not change until it is thawed. The flusher's thread
 * writes it, as often as it takes; the owner's thread reads from it meanwhile.
 */
public final class FrozenCache {
    private final CacheHalf half;
    private final long bytes;

    FrozenCache(CacheHalf half) {
        this.half = half;
        this.bytes = half.bytes();
    }

    CacheHalf half() {
        return half;
    }

    /** What the flush has to do, counted as {@link WriteCache#dirtyBytes} is; 0 if it has nothing to write. */
    public long bytes() {
        return bytes;
    }

    /**
     * Writes everything it holds, in the order of volumes and blocks; nothing is forced. Writing it again, after a
     * failure at any point, writes all of it again.
     *
     * @param images one for each volume, by index
     */
    public void writeTo(List<VolumeImage> images) throws IOException {
        if (images.size() != half.volumes()) {
            throw new IllegalArgumentException(
                    "a cache of " + half.volumes() + " volumes cannot be written to " + images.size() + " images");
        }
        for (int volume = 0; volume < half.volumes(); volume++) {
            writeZeroes(half.zeroes(volume), images.get(volume));
        }
        CachedBlocks blocks = half.blocks();
        GatheredWrite gathered = new GatheredWrite(blocks.arena());
        for (long key : blocks.sortedKeys()) {
            VolumeImage image = images.get(CacheHalf.volumeOf(key));
            int slot = blocks.slot(key);
            int end;
            for (int at = 0; at < BLOCK_BYTES; at = end) {
                end = blocks.runEnd(slot, at);
                if (blocks.written(slot, at)) {
                    gathered.add(image, CacheHalf.offsetOf(key) + at, slot, at, end - at);
                }
            }
        }
        gathered.finish();
    }

    private static void writeZeroes(ZeroRanges ranges, VolumeImage image) throws IOException {
        for (int range = 0; range < ranges.size(); range++) {
            long length = ranges.end(range) - ranges.start(range);
            if (ranges.discard(range)) {
                image.discard(ranges.start(range), length);
            } else {
                image.writeZeroes(ranges.start(range), length);
            }
        }
    }
}
