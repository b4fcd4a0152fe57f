package io.ringmirror.volume;

import static io.ringmirror.volume.BlockArena.BLOCK_BYTES;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers cached bytes that adjoin in a volume into one write of a bounded number of buffers, and those that also adjoin
 * in memory into one buffer. Used by one thread for one flush.
 */
final class GatheredWrite {
    private static final int MAX_BUFFERS = 512;
    private static final int MAX_BUFFER_BYTES = 1 << 20;

    private final BlockArena arena;
    private final List<ByteBuffer> buffers = new ArrayList<>(MAX_BUFFERS);
    private VolumeImage image;
    private long startBytes;
    private long endBytes;
    private int lastSlot;
    private int lastWithin;
    private int lastLengthBytes;

    GatheredWrite(BlockArena arena) {
        this.arena = arena;
    }

    void add(VolumeImage target, long offsetBytes, int slot, int within, int lengthBytes) throws IOException {
        if (target != image || offsetBytes != endBytes) {
            finish();
            image = target;
            startBytes = offsetBytes;
        } else if (extendsLast(slot, within, lengthBytes)) {
            lastLengthBytes += lengthBytes;
            endBytes += lengthBytes;
            return;
        } else {
            buffers.add(last());
            if (buffers.size() == MAX_BUFFERS - 1) {
                write();
                startBytes = offsetBytes;
            }
        }
        lastSlot = slot;
        lastWithin = within;
        lastLengthBytes = lengthBytes;
        endBytes = offsetBytes + lengthBytes;
    }

    /** Writes what is left. */
    void finish() throws IOException {
        if (image != null) {
            buffers.add(last());
            write();
            image = null;
        }
    }

    private boolean extendsLast(int slot, int within, int lengthBytes) {
        int endWithin = lastWithin + lastLengthBytes;
        return within == 0
                && endWithin % BLOCK_BYTES == 0
                && lastLengthBytes + lengthBytes <= MAX_BUFFER_BYTES
                && BlockArena.adjoin(lastSlot + endWithin / BLOCK_BYTES - 1, slot);
    }

    private ByteBuffer last() {
        return arena.view(lastSlot, lastWithin, lastLengthBytes);
    }

    private void write() throws IOException {
        image.write(startBytes, buffers.toArray(ByteBuffer[]::new));
        buffers.clear();
    }
}
