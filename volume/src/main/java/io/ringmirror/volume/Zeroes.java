package io.ringmirror.volume;

import java.nio.ByteBuffer;

/** Zero bytes to copy from; stateless, any thread. */
final class Zeroes {
    private static final ByteBuffer SOURCE = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private Zeroes() {}

    /** Puts zeroes at an index of {@code target} and leaves its position as it is. */
    static void put(ByteBuffer target, int index, int lengthBytes) {
        int at = index;
        int end = index + lengthBytes;
        while (at < end) {
            int length = Math.min(SOURCE.capacity(), end - at);
            target.put(at, SOURCE, 0, length);
            at += length;
        }
    }

    /** A buffer with that many zeroes to write, or fewer where they are too many for one. */
    static ByteBuffer upTo(long lengthBytes) {
        return SOURCE.duplicate().limit((int) Math.min(SOURCE.capacity(), lengthBytes));
    }
}
