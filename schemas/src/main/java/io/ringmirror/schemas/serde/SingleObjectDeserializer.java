package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.avro.MirrorSchema;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads single-object encoding written with any committed version of the schemas, into the current version. Any
 * thread; nothing to configure, so it also serves Kafka's console consumer as a value deserializer.
 */
public final class SingleObjectDeserializer implements Deserializer<GenericRecord>, SchemaHeader {
    private final Map<Long, AvroBody> bodies = new ConcurrentHashMap<>();

    @Override
    public GenericRecord deserialize(String topic, byte[] bytes) {
        return bytes == null
                ? null
                : bodies.computeIfAbsent(SingleObject.fingerprint(bytes), SingleObjectDeserializer::bodyOf)
                        .decode(bytes);
    }

    @Override
    public int bodyStart(ByteBuffer bytes, long fingerprint) {
        return SingleObject.isFrom(bytes, fingerprint) ? SingleObject.HEADER_BYTES : ANOTHER;
    }

    private static AvroBody bodyOf(long fingerprint) {
        Schema schema = MirrorSchema.committed(fingerprint)
                .orElseThrow(() -> new SerializationException(String.format(
                        Locale.ROOT,
                        "no schema of this version has the fingerprint %016x; the writer is newer: upgrade this reader",
                        fingerprint)));
        return new AvroBody(schema, SingleObject.header(schema));
    }
}
