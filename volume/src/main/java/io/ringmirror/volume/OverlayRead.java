package io.ringmirror.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One read of a volume through its cache, in two steps: the owner's thread looks the range up in the cache, and then any
 * thread may fill what the cache did not hold from the image. Used once, by one thread at a time.
 */
public final class OverlayRead implements Misses {
    private static final int FIELDS = 3;

    private final ByteBuffer target;
    private long[] misses = new long[FIELDS];
    private int count;

    private OverlayRead(ByteBuffer target) {
        this.target = target;
    }

    /**
     * First step, on the owner's thread: copies what the cache holds into {@code target}, from its position to its limit,
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

    /** Second step, on any thread: reads the rest. A write that comes meanwhile may or may not be seen in it. */
    public void finish(VolumeImage image) throws IOException {
        for (int at = 0; at < count; at += FIELDS) {
            ByteBuffer part = target.slice((int) misses[at + 2], (int) misses[at + 1]);
            image.read(misses[at], part);
        }
        count = 0;
    }

    @Override
    public void miss(long offsetBytes, int lengthBytes, int targetIndex) {
        if (count == misses.length) {
            misses = Arrays.copyOf(misses, count * 2);
        }
        misses[count++] = offsetBytes;
        misses[count++] = lengthBytes;
        misses[count++] = targetIndex;
    }
}
