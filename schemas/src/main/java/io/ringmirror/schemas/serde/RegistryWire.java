package io.ringmirror.schemas.serde;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The header of the Schema Registry wire format (Confluent documentation, "Wire format"):
 *
 * <pre>
 *   byte 0   1 … 4                        5 …
 *        00  id of the schema, big-endian Avro binary
 * </pre>
 */
final class RegistryWire {
    static final int HEADER_BYTES = 5;
    private static final byte MAGIC = 0;

    private RegistryWire() {}

    static byte[] header(int id) {
        return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(id).array();
    }

    /** Whether the bytes begin as this format has it. */
    static boolean isPresent(ByteBuffer bytes) {
        return bytes.limit() >= HEADER_BYTES && bytes.get(0) == MAGIC;
    }

    /** The id of the writer's schema where the header {@link #isPresent}. */
    static int id(ByteBuffer bytes) {
        return bytes.getInt(1);
    }

    /** The id of the writer's schema. */
    static int id(byte[] bytes) {
        if (!isPresent(ByteBuffer.wrap(bytes))) {
            throw new SerializationException("the " + bytes.length + " bytes do not begin with a schema id in the"
                    + " registry's wire format; is " + SerdeConfig.RECORD_FORMAT + " that of the writer?");
        }
        return id(ByteBuffer.wrap(bytes));
    }
}
