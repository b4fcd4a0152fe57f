package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.avro.MirrorSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The header of Avro's single-object encoding (Avro specification, "Single-object encoding"):
 *
 * <pre>
 *   byte 0    1    2 … 9                                                          10 …
 *        C3   01   CRC-64-AVRO fingerprint of the writer's schema, little-endian  Avro binary
 * </pre>
 */
final class SingleObject {
    static final int HEADER_BYTES = 10;
    private static final short MARKER = (short) 0xC301;

    private SingleObject() {}

    static byte[] header(Schema schema) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).putShort(MARKER);
        header.order(ByteOrder.LITTLE_ENDIAN).putLong(MirrorSchema.fingerprint(schema));
        return header.array();
    }

    /** Whether the bytes begin with the header of the schema with this fingerprint. */
    static boolean isFrom(ByteBuffer bytes, long fingerprint) {
        return bytes.limit() >= HEADER_BYTES
                && bytes.getShort(0) == MARKER
                && bytes.getLong(Short.BYTES) == Long.reverseBytes(fingerprint);
    }

    /** The writer's fingerprint. */
    static long fingerprint(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || ByteBuffer.wrap(bytes).getShort() != MARKER) {
            String start = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(bytes.length, 2));
            throw new SerializationException("the " + bytes.length + " bytes begin with '" + start
                    + "', not with Avro's single-object marker 'c3 01'; is " + SerdeConfig.RECORD_FORMAT
                    + " that of the writer?");
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
    }
}
