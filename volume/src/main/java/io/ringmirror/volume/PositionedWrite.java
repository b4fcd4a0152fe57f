package io.ringmirror.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A write of several buffers to one range of a file, with as few calls as the system needs for it. */
final class PositionedWrite {
    private PositionedWrite() {}

    /**
     * Writes the buffers one after the other and moves their positions, and that of the channel: one thread at a time.
     *
     * @param lengthBytes what remains of all of them
     */
    static void gather(FileChannel channel, long offsetBytes, ByteBuffer[] data, long lengthBytes) throws IOException {
        channel.position(offsetBytes);
        long remaining = lengthBytes;
        while (remaining > 0) {
            remaining -= channel.write(data);
        }
    }
}
