package io.ringmirror.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One read of a volume through its cache, in two steps: whoever has the owner's turn looks the range up in the cache, and
 * then any thread may fill what the cache did not hold from the image. Used once, by one thread at a time.
 */
public final class OverlayRead implements Misses {
    private static final int FIELDS = 3;
    private static final long[] NONE = {};

    private final ByteBuffer target;
    private long[] misses = NONE;
    private int count;

    private OverlayRead(ByteBuffer target) {
        this.target = target;
    }

    /**
     * First step, with the owner's turn: copies what the cache holds into {@code target}, from its position to its limit,
     * both left as they are.
     */
    public static OverlayRead of(WriteCache cache, int volume, long offsetBytes, ByteBuffer target) {
        OverlayRead read = new OverlayRead(target);
        cache.read(volume, offsetBytes, target, read);
        return read;
    }

    /** Tells whether the cache held it all, so that the second step has nothing to do. */
    public boolean complete() {
        return count == 0;
    }

    /**
     * Second step without waiting: reads the rest into a direct target where it is in memory. False if not all of it was,
     * and {@link #finish} is still to be called.
     */
    public boolean finishInMemory(VolumeImage image) {
        for (int at = 0; at < count; at += FIELDS) {
            if (!image.readInMemory(misses[at], part(at))) {
                return false;
            }
        }
        count = 0;
        return true;
    }

    /** Second step, on any thread: reads the rest. A write that comes meanwhile may or may not be seen in it. */
    public void finish(VolumeImage image) throws IOException {
        for (int at = 0; at < count; at += FIELDS) {
            image.read(misses[at], part(at));
        }
        count = 0;
    }

    @Override
    public void miss(long offsetBytes, int lengthBytes, int targetIndex) {
        if (count == misses.length) {
            misses = Arrays.copyOf(misses, Math.max(FIELDS, count * 2));
        }
        misses[count++] = offsetBytes;
        misses[count++] = lengthBytes;
        misses[count++] = targetIndex;
    }

    private ByteBuffer part(int at) {
        return target.slice((int) misses[at + 2], (int) misses[at + 1]);
    }
}
