package io.ringmirror.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a volume was when it was last flushed, and what a flush writes to. Nothing is durable until {@link #force}
 * returned; until then any part of what was written, in any order, may survive a crash. Ranges lie within the volume,
 * offsets are inclusive, and bytes never written read as zeroes.
 *
 * <p>Reading is allowed from any thread at any time; a read beside a write of the same bytes sees some of them. Writing
 * and forcing belong to one thread at a time. After a failed call the range it named holds unknown bytes, and after a
 * failed {@link #force} everything written since the last good one does.
 */
public interface VolumeImage extends AutoCloseable {
    long sizeBytes();

    /** Fills {@code target} from its position to its limit and moves its position there. */
    void read(long offsetBytes, ByteBuffer target) throws IOException;

    /**
     * Fills a direct buffer from its position to its limit, both left as they are, if that needs no waiting for a disk.
     * False if it does, or if it cannot be told; the range then holds unknown bytes and is to be read with {@link #read}.
     */
    default boolean readInMemory(long offsetBytes, ByteBuffer target) {
        return false;
    }

    /** Writes the buffers one after the other, each from its position to its limit, and moves their positions there. */
    void write(long offsetBytes, ByteBuffer... data) throws IOException;

    /** Makes a range read as zeroes and keeps its space, or takes it, so that writing there later needs none. */
    void writeZeroes(long offsetBytes, long lengthBytes) throws IOException;

    /** Makes a range read as zeroes and gives back the space of the whole blocks in it where that can be done. */
    void discard(long offsetBytes, long lengthBytes) throws IOException;

    /** When it returns, everything written before it was called survives a crash. */
    void force() throws IOException;

    /**
     * Tells data from holes: extents that adjoin, in order, covering the range. A part told as a hole reads as zeroes;
     * one told as data may, too.
     */
    List<Extent> extents(long offsetBytes, long lengthBytes) throws IOException;

    /** The space that the volume takes where it is kept. */
    long allocatedBytes() throws IOException;

    /** Gives its resources back without forcing; does nothing the second time. */
    @Override
    void close() throws IOException;
}
