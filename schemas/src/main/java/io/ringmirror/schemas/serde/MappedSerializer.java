package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.avro.AvroMapping;
import org.apache.kafka.common.serialization.Serializer;

/** A domain record to bytes by way of Avro. Does not own its encoder: Kafka's clients close what they are given. */
final class MappedSerializer<T> implements Serializer<T> {
    private final AvroMapping<T> mapping;
    private final Serializer<Object> encoder;

    MappedSerializer(AvroMapping<T> mapping, Serializer<Object> encoder) {
        this.mapping = mapping;
        this.encoder = encoder;
    }

    @Override
    public byte[] serialize(String topic, T value) {
        return value == null ? null : encoder.serialize(topic, mapping.toAvro(value));
    }
}
