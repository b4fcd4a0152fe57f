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
    private static final int HEADER_BYTES = 5;
    private static final byte MAGIC = 0;

    private RegistryWire() {}

    static byte[] header(int id) {
        return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(id).array();
    }

    /** The id of the writer's schema. */
    static int id(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != MAGIC) {
            throw new SerializationException("the " + bytes.length + " bytes do not begin with a schema id in the"
                    + " registry's wire format; is " + SerdeConfig.RECORD_FORMAT + " that of the writer?");
        }
        return ByteBuffer.wrap(bytes).getInt(1);
    }
}
