package io.ringmirror.volume;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads of a file that never wait for a disk: preadv2(2) with RWF_NOWAIT takes what the system holds in memory, and
 * leaves the rest. Any thread may ask; the descriptor's owner keeps it open meanwhile. A file system that cannot do it is
 * asked once.
 */
final class PageCache {
    private static final int RWF_NOWAIT = 8;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;

    private static final boolean AVAILABLE = CLibrary.bind(C.class, "every read of an image takes a thread of its own");
    private static final ThreadLocal<Vector> VECTOR = ThreadLocal.withInitial(Vector::new);

    private final int fd;
    private volatile boolean able = AVAILABLE;

    PageCache(int fd) {
        this.fd = fd;
    }

    /**
     * Fills a direct buffer from its position to its limit, both left as they are. False if not all of it is in memory,
     * or it could not be read for another reason; then the range holds unknown bytes, and a read that waits tells more.
     */
    boolean read(long offsetBytes, ByteBuffer target) {
        if (!able) {
            return false;
        }
        Vector vector = VECTOR.get();
        vector.set(target);
        try {
            return C.preadv2(fd, vector.address, 1, offsetBytes, RWF_NOWAIT) == target.remaining();
        } catch (LastErrorException e) {
            able = e.getErrorCode() == EAGAIN || e.getErrorCode() == EINTR;
            return false;
        }
    }

    /** A struct iovec of one element; one for each thread, as it is filled anew for each call. */
    private static final class Vector {
        private final ByteBuffer memory =
                ByteBuffer.allocateDirect(2 * Long.BYTES).order(ByteOrder.nativeOrder());
        private final long address = Pointer.nativeValue(Native.getDirectBufferPointer(memory));

        private void set(ByteBuffer target) {
            long start = Pointer.nativeValue(Native.getDirectBufferPointer(target));
            memory.putLong(0, start + target.position()).putLong(Long.BYTES, target.remaining());
        }
    }

    /** The C library's function, mapped directly; throws the errno it failed with. */
    private static final class C {
        private C() {}

        static native long preadv2(int fd, long vector, int count, long offset, int flags) throws LastErrorException;
    }
}
