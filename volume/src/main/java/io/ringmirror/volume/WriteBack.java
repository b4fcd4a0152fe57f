package io.ringmirror.volume;

import java.io.IOException;

/**
 * Has what a flush wrote go to the disk in small portions while the flush goes on. Left alone the system sends all of it
 * at once when the image is forced, and whoever else forces the disk then, as the broker of the same machine does for
 * each batch, waits behind thousands of blocks. One thread at a time; nothing is durable by it.
 */
final class WriteBack {
    /** Sixteen blocks: enough under way to have a disk busy, and done in a fraction of a millisecond by a fast one. */
    static final int PORTION_BYTES = 64 << 10;

    private final Target target;
    private long from = Long.MAX_VALUE;
    private long to;
    private long bytes;

    /** Writes a range back, and waits for it. */
    @FunctionalInterface
    interface Target {
        void writeBack(long offsetBytes, long lengthBytes) throws IOException;
    }

    WriteBack(Target target) {
        this.target = target;
    }

    /** The range was written; a portion that is full goes to the disk now. */
    void wrote(long offsetBytes, long lengthBytes) throws IOException {
        from = Math.min(from, offsetBytes);
        to = Math.max(to, offsetBytes + lengthBytes);
        bytes += lengthBytes;
        if (bytes >= PORTION_BYTES) {
            long start = from;
            long length = to - from;
            clear();
            target.writeBack(start, length);
        }
    }

    /** Nothing waits any more, as after a force. */
    void clear() {
        from = Long.MAX_VALUE;
        to = 0;
        bytes = 0;
    }
}
