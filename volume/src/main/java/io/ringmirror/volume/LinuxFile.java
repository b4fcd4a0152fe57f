package io.ringmirror.volume;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.StampedLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the JDK cannot ask of a file: holes punched and found, space taken, and a part of it written back, by fallocate(2),
 * lseek(2), statx(2) and sync_file_range(2).
 * Has a file descriptor of its own. Any thread may ask, and close: a call under way ends first, and one that comes later
 * is refused, because the descriptor's number may be another file's by then. Where the system or the file system cannot
 * do what is asked, the answer says so, and callers do without.
 */
final class LinuxFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxFile.class);

    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int FALLOC_KEEP_SIZE = 1;
    private static final int FALLOC_PUNCH_HOLE = 2;
    private static final int FALLOC_ZERO_RANGE = 16;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    /** Waits for what is on its way already, sends what is not, and waits for that. */
    private static final int SYNC_FILE_RANGE_WRITE_AND_WAIT = 7;

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BLOCKS = 0x400;
    /** Where struct statx has its count of 512-byte blocks (include/uapi/linux/stat.h), and how long it is. */
    private static final int STATX_BLOCKS_AT = 0x30;

    private static final int STATX_BYTES = 0x100;
    private static final int STATX_BLOCK_BYTES = 512;

    private static final int EINTR = 4;
    private static final int ENXIO = 6;
    private static final int ENODEV = 19;
    private static final int EINVAL = 22;
    private static final int ENOSYS = 38;
    private static final int EOPNOTSUPP = 95;

    private static final boolean AVAILABLE = CLibrary.bind(C.class, "discarded space is not given back");

    private final Path path;
    private final int fd;
    private final PageCache pageCache;
    /** Held shared by whoever uses the descriptor, and alone to close it. */
    private final StampedLock use = new StampedLock();

    private boolean closed;

    private LinuxFile(Path path, int fd) {
        this.path = path;
        this.fd = fd;
        this.pageCache = new PageCache(fd);
    }

    /** Opens a file that exists; empty where this system's calls cannot be had. */
    static Optional<LinuxFile> open(Path path) throws IOException {
        return open(path, O_RDWR);
    }

    /** The same for a file that may only be read. */
    static Optional<LinuxFile> openToRead(Path path) throws IOException {
        return open(path, O_RDONLY);
    }

    private static Optional<LinuxFile> open(Path path, int access) throws IOException {
        if (!AVAILABLE) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LinuxFile(path, C.open(path.toString(), access | O_CLOEXEC)));
        } catch (LastErrorException e) {
            throw failure("open", path, e);
        }
    }

    /** Fills a direct buffer if the system has the range in memory; see {@link PageCache#read}. False once closed. */
    boolean readInMemory(long offsetBytes, ByteBuffer target) {
        long stamp = use.readLock();
        try {
            return !closed && pageCache.read(offsetBytes, target);
        } finally {
            use.unlockRead(stamp);
        }
    }

    /** Punches a hole; false if the file system has none, and nothing changed. */
    boolean punchHole(long offsetBytes, long lengthBytes) throws IOException {
        return allocate(FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE, offsetBytes, lengthBytes);
    }

    /** Makes a range zeroes that keep their space; false if the file system cannot, and nothing changed. */
    boolean zeroRange(long offsetBytes, long lengthBytes) throws IOException {
        return allocate(FALLOC_ZERO_RANGE | FALLOC_KEEP_SIZE, offsetBytes, lengthBytes);
    }

    /**
     * Sends what was written to a range to the disk, and waits for it. It is not durable after that: what describes the
     * file is not written, nor is the disk's own cache. Where the system cannot do it, nothing happens.
     */
    void writeBack(long offsetBytes, long lengthBytes) throws IOException {
        long stamp = beginUse();
        try {
            C.sync_file_range(fd, offsetBytes, lengthBytes, SYNC_FILE_RANGE_WRITE_AND_WAIT);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != ENOSYS) {
                throw failure("sync_file_range", path, e);
            }
        } finally {
            use.unlockRead(stamp);
        }
    }

    /** The next data at or after an offset, or -1 if a hole reaches to the end of the file. */
    long nextData(long offsetBytes) throws IOException {
        return seek(offsetBytes, SEEK_DATA);
    }

    /** The next hole after data, or the end of the file. */
    long nextHole(long offsetBytes) throws IOException {
        return seek(offsetBytes, SEEK_HOLE);
    }

    /** The space the file takes, in bytes. */
    long allocatedBytes() throws IOException {
        long stamp = beginUse();
        try (Memory buffer = new Memory(STATX_BYTES)) {
            buffer.clear();
            C.statx(fd, "", AT_EMPTY_PATH, STATX_BLOCKS, buffer);
            return buffer.getLong(STATX_BLOCKS_AT) * STATX_BLOCK_BYTES;
        } catch (LastErrorException e) {
            throw failure("statx", path, e);
        } finally {
            use.unlockRead(stamp);
        }
    }

    /** Waits for calls under way; does nothing the second time. */
    @Override
    public void close() throws IOException {
        long stamp = use.writeLock();
        try {
            if (!closed) {
                closed = true;
                C.close(fd);
            }
        } catch (LastErrorException e) {
            throw failure("close", path, e);
        } finally {
            use.unlockWrite(stamp);
        }
    }

    private long beginUse() throws ClosedChannelException {
        long stamp = use.readLock();
        if (closed) {
            use.unlockRead(stamp);
            throw new ClosedChannelException();
        }
        return stamp;
    }

    private boolean allocate(int mode, long offsetBytes, long lengthBytes) throws IOException {
        while (true) {
            long stamp = beginUse();
            try {
                C.fallocate(fd, mode, offsetBytes, lengthBytes);
                return true;
            } catch (LastErrorException e) {
                switch (e.getErrorCode()) {
                    case EOPNOTSUPP, ENOSYS, ENODEV, EINVAL -> {
                        return false;
                    }
                    case EINTR -> LOG.trace("fallocate of {} was interrupted", path);
                    default -> throw failure("fallocate", path, e);
                }
            } finally {
                use.unlockRead(stamp);
            }
        }
    }

    private long seek(long offsetBytes, int whence) throws IOException {
        long stamp = beginUse();
        try {
            return C.lseek(fd, offsetBytes, whence);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == ENXIO) {
                return -1;
            }
            throw failure("lseek", path, e);
        } finally {
            use.unlockRead(stamp);
        }
    }

    private static IOException failure(String call, Path path, LastErrorException e) {
        return new IOException(call + " of " + path + " failed: " + e.getMessage(), e);
    }

    /** The C library's functions, mapped directly; each throws the errno it failed with. */
    private static final class C {
        private C() {}

        static native int open(String path, int flags) throws LastErrorException;

        static native int fallocate(int fd, int mode, long offset, long length) throws LastErrorException;

        static native long lseek(int fd, long offset, int whence) throws LastErrorException;

        static native int sync_file_range(int fd, long offset, long length, int flags) throws LastErrorException;

        static native int statx(int directory, String path, int flags, int mask, Pointer buffer)
                throws LastErrorException;

        static native int close(int fd) throws LastErrorException;
    }
}
