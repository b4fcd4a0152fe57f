package io.ringmirror.demo;

import io.ringmirror.client.NbdClient;
import io.ringmirror.volume.Extent;
import io.ringmirror.volume.ImageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Copies a raw disk image in, holes as discards, a part in each round. */
final class ImageCopy implements DemoWork, AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int DISCARD_BYTES = 1 << 30;

    private final ImageFile image;
    private final ByteBuffer data = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private long writes;
    private long bytes;

    /** Opens the image, to read it only; its size must be a multiple of 512 bytes. */
    ImageCopy(Path file, long sizeBytes) throws IOException {
        this.image = ImageFile.openToRead(file, sizeBytes);
    }

    @Override
    public void round(int number, NbdClient client, Watch watch) throws IOException, InterruptedException {
        long start = boundary(number);
        long length = boundary(number + 1) - start;
        if (length > 0) {
            for (Extent extent : image.extents(start, length)) {
                if (extent.hole()) {
                    discard(extent, client);
                } else {
                    copy(extent, client, at -> watch.at((double) (at - start) / length));
                }
            }
        }
        client.flush();
    }

    @Override
    public long writes() {
        return writes;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        image.close();
    }

    /** Where a round begins, at a whole chunk. */
    private long boundary(int round) {
        long chunks = (image.sizeBytes() + CHUNK_BYTES - 1) / CHUNK_BYTES;
        return Math.min(image.sizeBytes(), chunks * round / ROUNDS * CHUNK_BYTES);
    }

    private void discard(Extent hole, NbdClient client) throws IOException, InterruptedException {
        for (long at = hole.offsetBytes(); at < hole.endBytes(); at += DISCARD_BYTES) {
            client.trim(at, (int) Math.min(DISCARD_BYTES, hole.endBytes() - at));
            writes++;
        }
    }

    private void copy(Extent extent, NbdClient client, LongConsumer copiedUpTo)
            throws IOException, InterruptedException {
        for (long at = extent.offsetBytes(); at < extent.endBytes(); at += CHUNK_BYTES) {
            data.clear().limit((int) Math.min(CHUNK_BYTES, extent.endBytes() - at));
            image.read(at, data);
            client.write(at, data.flip());
            bytes += data.limit();
            writes++;
            copiedUpTo.accept(at);
        }
    }
}
