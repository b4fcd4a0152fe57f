package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.avro.AvroMapping;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Bytes to a domain record by way of Avro. Does not own its decoder: Kafka's clients close what they are given. */
final class MappedDeserializer<T> implements Deserializer<T> {
    private final AvroMapping<T> mapping;
    private final Deserializer<Object> decoder;

    MappedDeserializer(AvroMapping<T> mapping, Deserializer<Object> decoder) {
        this.mapping = mapping;
        this.decoder = decoder;
    }

    @Override
    public T deserialize(String topic, byte[] bytes) {
        return bytes == null ? null : mapping.fromAvro(current(decoder.deserialize(topic, bytes)));
    }

    /** A decoder named by the configuration may give records in their writer's version. */
    private GenericRecord current(Object decoded) {
        Schema wanted = mapping.schema();
        if (!(decoded instanceof GenericRecord record)
                || !record.getSchema().getFullName().equals(wanted.getFullName())) {
            throw new SerializationException(
                    "found " + kindOf(decoded) + " where a " + wanted.getFullName() + " belongs");
        }
        if (record.getSchema().equals(wanted)) {
            return record;
        }
        AvroBody versions = new AvroBody(record.getSchema(), new byte[0]);
        return versions.decode(versions.encode(record));
    }

    private static String kindOf(Object decoded) {
        return decoded instanceof GenericRecord record
                ? "a " + record.getSchema().getFullName()
                : "a " + (decoded == null ? "null" : decoded.getClass().getName());
    }
}
