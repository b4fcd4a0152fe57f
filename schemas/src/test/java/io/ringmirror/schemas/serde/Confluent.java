package io.ringmirror.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.pulsar.kafka.shade.avro.Schema;
import org.apache.pulsar.kafka.shade.avro.generic.GenericDatumReader;
import org.apache.pulsar.kafka.shade.avro.generic.GenericDatumWriter;
import org.apache.pulsar.kafka.shade.avro.io.BinaryEncoder;
import org.apache.pulsar.kafka.shade.avro.io.DecoderFactory;
import org.apache.pulsar.kafka.shade.avro.io.EncoderFactory;
import org.apache.pulsar.kafka.shade.io.confluent.kafka.serializers.KafkaAvroDeserializer;
import org.apache.pulsar.kafka.shade.io.confluent.kafka.serializers.KafkaAvroSerializer;

/**
 * Confluent's genuine serializers. The jar holds them with an Avro (1.10) under a name of its own, so records cross
 * between it and ours as Avro binary; the wire format is all theirs.
 */
final class Confluent {
    private Confluent() {}

    /** Takes our records, writes with theirs; named by class in a configuration, as theirs would be. */
    public static final class Writer implements Serializer<GenericRecord> {
        private final KafkaAvroSerializer theirs = new KafkaAvroSerializer();

        @Override
        public void configure(Map<String, ?> configs, boolean isKey) {
            theirs.configure(configs, isKey);
        }

        @Override
        public byte[] serialize(String topic, GenericRecord record) {
            return theirs.serialize(topic, toTheirs(record));
        }
    }

    /** Reads with theirs, gives our records in their writer's version. */
    public static final class Reader implements Deserializer<GenericRecord> {
        private final KafkaAvroDeserializer theirs = new KafkaAvroDeserializer();

        @Override
        public void configure(Map<String, ?> configs, boolean isKey) {
            theirs.configure(configs, isKey);
        }

        @Override
        public GenericRecord deserialize(String topic, byte[] bytes) {
            Object record = theirs.deserialize(topic, bytes);
            return toOurs((org.apache.pulsar.kafka.shade.avro.generic.GenericRecord) record);
        }
    }

    private static Object toTheirs(GenericRecord record) {
        byte[] binary = new AvroBody(record.getSchema(), new byte[0]).encode(record);
        Schema schema = new Schema.Parser().parse(record.getSchema().toString());
        try {
            return new GenericDatumReader<>(schema)
                    .read(null, DecoderFactory.get().binaryDecoder(binary, null));
        } catch (IOException e) {
            throw new SerializationException(e);
        }
    }

    private static GenericRecord toOurs(org.apache.pulsar.kafka.shade.avro.generic.GenericRecord record) {
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(binary, null);
        try {
            new GenericDatumWriter<>(record.getSchema()).write(record, encoder);
        } catch (IOException e) {
            throw new SerializationException(e);
        }
        var schema =
                new org.apache.avro.Schema.Parser().parse(record.getSchema().toString());
        return new AvroBody(schema, new byte[0]).decode(binary.toByteArray());
    }
}
