package io.ringmirror.schemas;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of one change, from the NBD socket to the volume file: CRC-32C (RFC 3720, appendix B.4) over the
 * change's bytes, or over its range where it has none. Stateless; any thread.
 */
public final class Crc {
    private Crc() {}

    /** The checksum of {@code data} from its position to its limit, both left as they are. */
    public static int of(ByteBuffer data) {
        return of(data.duplicate(), new CRC32C());
    }

    /**
     * The same, for a thread that has both arguments to itself: it makes nothing. {@code data} is as it was when this
     * returns; {@code crc} may be used again.
     */
    public static int of(ByteBuffer data, CRC32C crc) {
        int position = data.position();
        crc.reset();
        crc.update(data);
        data.position(position);
        return (int) crc.getValue();
    }

    /** The checksum of a change without bytes: its offset (or 0) and its length (or new size), big-endian. */
    public static int ofRange(long offsetBytes, long lengthBytes) {
        return of(ByteBuffer.allocate(16)
                .putLong(offsetBytes)
                .putLong(lengthBytes)
                .flip());
    }

    /** The checksum that {@code data} should carry, computed again from its content. */
    public static int of(LogBody.Data data) {
        if (data instanceof LogBody.Write write) {
            return of(write.data());
        } else if (data instanceof LogBody.WriteZeroes zeroes) {
            return ofRange(zeroes.offsetBytes(), zeroes.lengthBytes());
        } else if (data instanceof LogBody.Discard discard) {
            return ofRange(discard.offsetBytes(), discard.lengthBytes());
        } else {
            return ofRange(0, ((LogBody.Resize) data).sizeBytes());
        }
    }
}
