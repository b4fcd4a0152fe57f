package io.ringmirror.volume;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A volume in a sparse file, byte for byte: offset n of the volume is offset n of the file, so that any tool for raw disk
 * images reads it. Its size never changes. Threads as {@link VolumeImage} has them.
 *
 * <p>It may be closed while others read: what they ask then, or later, is refused with a {@link ClosedChannelException} or
 * a subclass of it, and nothing is in memory any more. No other file is touched.
 *
 * <p>What is written stays in the system's memory to be read from there, unless {@link #bypassCache} was told, and goes to
 * the disk in portions while more is written.
 *
 * <p>A discard punches a hole and zeroes take unwritten space where the system and the file system can; elsewhere both
 * write zeroes.
 */
public final class ImageFile implements VolumeImage {
    private static final int SECTOR_BYTES = 512;

    /** Finds the calls for a file, or that there are none. */
    @FunctionalInterface
    interface SystemCalls {
        Optional<LinuxFile> on(Path path) throws IOException;
    }

    private final Path path;
    private final long sizeBytes;
    private final FileChannel channel;
    private final Optional<LinuxFile> linux;
    private final WriteBack writeBack;
    private Optional<DirectFile> direct = Optional.empty();

    private ImageFile(Path path, long sizeBytes, FileChannel channel, Optional<LinuxFile> linux) {
        this.path = path;
        this.sizeBytes = sizeBytes;
        this.channel = channel;
        this.linux = linux;
        this.writeBack = new WriteBack(this::sendToDisk);
    }

    /**
     * Makes a new image, all a hole, which only its owner may read, and opens it. File and name survive a crash when it returns; after a failure there
     * is no file.
     *
     * @throws IOException if the file exists, or the size is not a positive multiple of 512 or more than the file system
     *     allows
     */
    public static ImageFile create(Path path, long sizeBytes) throws IOException {
        if (sizeBytes <= 0 || sizeBytes % SECTOR_BYTES != 0) {
            throw new IOException("cannot make volume image " + path + " of " + sizeBytes
                    + " bytes: the size must be a positive multiple of " + SECTOR_BYTES);
        }
        try {
            Files.createFile(path, OwnerOnly.FILE);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(
                    "cannot make volume image " + path + ": the file exists; move it away or use another directory", e);
        } catch (FileSystemException e) {
            throw new IOException("cannot make volume image " + path + ": " + FileReason.of(e), e);
        }
        try {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                setLength(path, file, sizeBytes);
                file.getFD().sync();
            }
            forceDirectory(path.toAbsolutePath().getParent());
            return open(path, sizeBytes);
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /**
     * Opens an image that exists.
     *
     * @throws IOException if there is none, or its size is another, as when it was truncated or replaced
     */
    public static ImageFile open(Path path, long expectedSizeBytes) throws IOException {
        return open(path, expectedSizeBytes, LinuxFile::open);
    }

    /** Opens an image of somebody else, which is only read; it may be one that may not be written. */
    public static ImageFile openToRead(Path path, long expectedSizeBytes) throws IOException {
        return open(path, expectedSizeBytes, LinuxFile::openToRead, Set.of(StandardOpenOption.READ));
    }

    /** Opens an image with whatever calls the system is found to have. */
    static ImageFile open(Path path, long expectedSizeBytes, SystemCalls calls) throws IOException {
        return open(path, expectedSizeBytes, calls, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    private static ImageFile open(Path path, long expectedSizeBytes, SystemCalls calls, Set<OpenOption> access)
            throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(path, access);
        } catch (NoSuchFileException e) {
            throw new IOException("volume image " + path + " is missing; put it back or make the replica anew", e);
        } catch (FileSystemException e) {
            throw new IOException("volume image " + path + " cannot be opened: " + FileReason.of(e), e);
        }
        try {
            if (channel.size() != expectedSizeBytes) {
                throw new IOException("volume image " + path + " has " + channel.size() + " bytes, but the volume has "
                        + expectedSizeBytes + ": it was truncated or replaced; put it back or make the replica anew");
            }
            return new ImageFile(path, expectedSizeBytes, channel, calls.on(path));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    public Path path() {
        return path;
    }

    /**
     * Whether long writes go past the system's memory, where that can be done: for an image that is written and hardly
     * read. It spares a copy and leaves the memory to others. From the thread that may write.
     */
    public void bypassCache(boolean bypass) throws IOException {
        if (bypass && direct.isEmpty()) {
            direct = DirectFile.open(path);
        } else if (!bypass && direct.isPresent()) {
            direct.get().close();
            direct = Optional.empty();
        }
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer target) throws IOException {
        check(offsetBytes, target.remaining());
        long at = offsetBytes;
        while (target.hasRemaining()) {
            int count = channel.read(target, at);
            if (count < 0) {
                throw new EOFException("volume image " + path + " ends at " + at + " of " + sizeBytes
                        + " bytes: it was truncated while in use");
            }
            at += count;
        }
    }

    @Override
    public boolean readInMemory(long offsetBytes, ByteBuffer target) {
        check(offsetBytes, target.remaining());
        return target.isDirect() && linux.isPresent() && linux.get().readInMemory(offsetBytes, target);
    }

    @Override
    public void write(long offsetBytes, ByteBuffer... data) throws IOException {
        long remaining = 0;
        for (ByteBuffer buffer : data) {
            remaining += buffer.remaining();
        }
        check(offsetBytes, remaining);
        if (direct.isPresent() && direct.get().write(offsetBytes, data, remaining)) {
            return;
        }
        if (data.length == 1) {
            writeAt(offsetBytes, data[0]);
        } else {
            PositionedWrite.gather(channel, offsetBytes, data, remaining);
        }
        writeBack.wrote(offsetBytes, remaining);
    }

    @Override
    public void writeZeroes(long offsetBytes, long lengthBytes) throws IOException {
        check(offsetBytes, lengthBytes);
        if (lengthBytes > 0 && !(linux.isPresent() && linux.get().zeroRange(offsetBytes, lengthBytes))) {
            fillWithZeroes(offsetBytes, lengthBytes);
        }
    }

    @Override
    public void discard(long offsetBytes, long lengthBytes) throws IOException {
        check(offsetBytes, lengthBytes);
        if (lengthBytes > 0 && !(linux.isPresent() && linux.get().punchHole(offsetBytes, lengthBytes))) {
            fillWithZeroes(offsetBytes, lengthBytes);
        }
    }

    @Override
    public void force() throws IOException {
        writeBack.clear();
        channel.force(false);
    }

    @Override
    public List<Extent> extents(long offsetBytes, long lengthBytes) throws IOException {
        check(offsetBytes, lengthBytes);
        requireOpen();
        List<Extent> extents = new ArrayList<>();
        long end = offsetBytes + lengthBytes;
        long at = offsetBytes;
        while (at < end) {
            long data = linux.isEmpty() ? at : linux.get().nextData(at);
            if (data < 0 || data >= end) {
                OverlayExtents.append(extents, at, end, true);
                return extents;
            }
            if (data > at) {
                OverlayExtents.append(extents, at, data, true);
            }
            long hole = linux.isEmpty() ? end : linux.get().nextHole(data);
            at = hole <= data ? end : Math.min(end, hole);
            OverlayExtents.append(extents, data, at, false);
        }
        return extents;
    }

    @Override
    public long allocatedBytes() throws IOException {
        requireOpen();
        return linux.isEmpty() ? sizeBytes : linux.get().allocatedBytes();
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try (channel) {
                bypassCache(false);
                if (linux.isPresent()) {
                    linux.get().close();
                }
            }
        }
    }

    /** For what may be answered without a file; a call to the system that comes too late is refused by itself. */
    private void requireOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void writeAt(long offsetBytes, ByteBuffer data) throws IOException {
        long at = offsetBytes;
        while (data.hasRemaining()) {
            at += channel.write(data, at);
        }
    }

    private void sendToDisk(long offsetBytes, long lengthBytes) throws IOException {
        if (linux.isPresent()) {
            linux.get().writeBack(offsetBytes, lengthBytes);
        }
    }

    private void fillWithZeroes(long offsetBytes, long lengthBytes) throws IOException {
        long end = offsetBytes + lengthBytes;
        for (long at = offsetBytes; at < end; ) {
            ByteBuffer zeroes = Zeroes.upTo(end - at);
            long length = zeroes.remaining();
            write(at, zeroes);
            at += length;
        }
    }

    private void check(long offsetBytes, long lengthBytes) {
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > sizeBytes - lengthBytes) {
            throw new IllegalArgumentException(lengthBytes + " bytes at " + offsetBytes + " are not within the "
                    + sizeBytes + " bytes of volume image " + path);
        }
    }

    private static void setLength(Path path, RandomAccessFile file, long sizeBytes) throws IOException {
        try {
            file.setLength(sizeBytes);
        } catch (IOException e) {
            throw new IOException(
                    "cannot make volume image " + path + " of " + sizeBytes
                            + " bytes: its file system allows no file of that size (" + e.getMessage() + ")",
                    e);
        }
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
