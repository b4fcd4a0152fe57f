package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.nio.ByteBuffer;

/**
 * The records of one ring to bytes, in the encoding that the configuration names: step 3 of a write's journey. A write
 * is told by its parts, so that a source need not make a {@link LogRecord} for each. Any thread.
 */
public interface RingEncoder {
    /** A record of any kind. */
    byte[] encode(LogRecord record);

    /**
     * A record whose body is a {@link LogBody.Write}; the same bytes as {@link #encode} gives for it.
     *
     * @param volume a name that a {@link LogBody.Write} would take
     * @param data from its position to its limit, both left as they are; copied once
     */
    byte[] write(long term, long epoch, long sequence, String volume, long offsetBytes, int crc32c, ByteBuffer data);
}
