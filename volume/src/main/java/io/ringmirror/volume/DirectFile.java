package io.ringmirror.volume;

import static io.ringmirror.volume.BlockArena.BLOCK_BYTES;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file as O_DIRECT has it: long writes of whole blocks go to the disk as they are, and the system neither copies them
 * nor keeps them to be read. What it writes is not durable before the file is forced, by whichever channel. Where system
 * or file system cannot, it says so, and callers do without. One thread at a time.
 */
final class DirectFile implements AutoCloseable {
    /** Shorter writes are better gathered by the system, which has many under way at once. */
    static final int MIN_WRITE_BYTES = 128 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(DirectFile.class);

    private final Path path;
    private final FileChannel channel;
    private boolean refused;

    private DirectFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Opens a file that exists; empty where there are no such writes of blocks of ours. */
    static Optional<DirectFile> open(Path path) {
        try {
            long unitBytes = Files.getFileStore(path).getBlockSize();
            if (unitBytes <= 0 || BLOCK_BYTES % unitBytes != 0) {
                return Optional.empty();
            }
            return Optional.of(
                    new DirectFile(path, FileChannel.open(path, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("{} is written through the system's cache: {}", path, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Writes the buffers one after the other and moves their positions, if that is a write for this way.
     *
     * @return false if it is not, or the system refused it: the positions are as they were, and the range is still to be
     *     written
     */
    boolean write(long offsetBytes, ByteBuffer[] data, long lengthBytes) {
        if (refused || lengthBytes < MIN_WRITE_BYTES || offsetBytes % BLOCK_BYTES != 0 || !areWholeBlocks(data)) {
            return false;
        }
        ByteBuffer[] left = new ByteBuffer[data.length];
        for (int i = 0; i < data.length; i++) {
            left[i] = data[i].duplicate();
        }
        try {
            PositionedWrite.gather(channel, offsetBytes, left, lengthBytes);
        } catch (IOException e) {
            LOG.info("{} is written through the system's cache from here on: {}", path, e.getMessage());
            refused = true;
            return false;
        }
        for (ByteBuffer buffer : data) {
            buffer.position(buffer.limit());
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static boolean areWholeBlocks(ByteBuffer[] data) {
        for (ByteBuffer buffer : data) {
            if (!buffer.isDirect()
                    || buffer.remaining() % BLOCK_BYTES != 0
                    || buffer.alignmentOffset(buffer.position(), BLOCK_BYTES) != 0) {
                return false;
            }
        }
        return true;
    }
}
