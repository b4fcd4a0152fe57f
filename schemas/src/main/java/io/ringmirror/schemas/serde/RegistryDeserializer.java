package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.registry.RegistryClient;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads the Schema Registry wire format into the current version of the schemas. The registry is asked once for each
 * schema id, on the thread that meets its first record. Any thread; usable by Kafka's console consumer as well.
 */
public final class RegistryDeserializer implements Deserializer<GenericRecord>, SchemaHeader {
    private final Map<Integer, AvroBody> bodies = new ConcurrentHashMap<>();
    private RegistryClient registry;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        registry = new RegistryClient(new SerdeConfig(configs).registry());
    }

    @Override
    public GenericRecord deserialize(String topic, byte[] bytes) {
        return bytes == null ? null : body(RegistryWire.id(bytes)).decode(bytes);
    }

    @Override
    public int bodyStart(ByteBuffer bytes, long fingerprint) {
        return RegistryWire.isPresent(bytes) && body(RegistryWire.id(bytes)).fingerprint() == fingerprint
                ? RegistryWire.HEADER_BYTES
                : ANOTHER;
    }

    private AvroBody body(int id) {
        AvroBody body = bodies.get(id);
        if (body == null) {
            body = new AvroBody(registry.schema(id), RegistryWire.header(id));
            bodies.put(id, body);
        }
        return body;
    }
}
