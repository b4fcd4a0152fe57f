package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.avro.MirrorSchema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Reads what nearly all records of a ring are, a change to a volume in version 1 of {@code log-record.avsc}, straight from
 * its bytes, so that the data of a write is not copied:
 *
 * <pre>
 *   mirrorId  term epoch sequence  body    volume       offsetBytes  Write:        crc32c  length data
 *   00        long long  long      branch  length UTF-8 long         WriteZeroes,  lengthBytes crc32c
 *                                                                    Discard:
 * </pre>
 *
 * Whatever is unusual is left to the general reader, which takes it or says what is wrong with it. Any thread.
 */
final class PlainChange {
    /** The version of the schema whose bytes it knows. */
    static final long FINGERPRINT =
            MirrorSchema.fingerprint(MirrorSchema.LOG_RECORD.versions().get(0));

    private static final int WRITE = branch("Write");
    private static final int WRITE_ZEROES = branch("WriteZeroes");
    private static final int DISCARD = branch("Discard");

    /** The name met last: records of one volume follow each other, and need no string of their own. */
    private Name lastName = new Name(ByteBuffer.allocate(0), "");

    private record Name(ByteBuffer utf8, String text) {}

    /** The record whose binary begins at {@code start} and ends at the buffer's limit; null if that is for others to say. */
    LogRecord read(ByteBuffer bytes, int start) {
        try {
            return read(new Cursor(bytes, start));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return null;
        }
    }

    private LogRecord read(Cursor in) {
        if (in.readInt() != 0) {
            return null;
        }
        long term = in.readLong();
        long epoch = in.readLong();
        long sequence = in.readLong();
        int branch = in.readInt();
        if (branch != WRITE && branch != WRITE_ZEROES && branch != DISCARD) {
            return null;
        }
        LogBody body = body(branch, in);
        return in.isAtEnd() ? new LogRecord(Optional.empty(), term, epoch, sequence, body) : null;
    }

    private LogBody body(int branch, Cursor in) {
        String volume = name(in);
        long offsetBytes = in.readLong();
        if (branch == WRITE) {
            int crc32c = in.readInt();
            return new LogBody.Write(volume, offsetBytes, in.readBytes(), crc32c);
        }
        long lengthBytes = in.readLong();
        int crc32c = in.readInt();
        return branch == WRITE_ZEROES
                ? new LogBody.WriteZeroes(volume, offsetBytes, lengthBytes, crc32c)
                : new LogBody.Discard(volume, offsetBytes, lengthBytes, crc32c);
    }

    private String name(Cursor in) {
        ByteBuffer utf8 = in.readBytes();
        Name last = lastName;
        if (utf8.equals(last.utf8())) {
            return last.text();
        }
        byte[] copy = new byte[utf8.remaining()];
        utf8.get(copy);
        Name name = new Name(ByteBuffer.wrap(copy), new String(copy, StandardCharsets.UTF_8));
        lastName = name;
        return name.text();
    }

    private static int branch(String name) {
        Schema bodies =
                MirrorSchema.LOG_RECORD.versions().get(0).getField("body").schema();
        return bodies.getIndexNamed("io.ringmirror.body." + name);
    }
}
