package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.registry.RegistryClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes Avro records in the Schema Registry wire format, registering their schema under {@code <topic>-value} (the
 * strategy that Confluent calls TopicName) unless told not to. The registry is asked once for each topic and schema,
 * on the thread that serializes its first record. Any thread.
 */
public final class RegistrySerializer implements Serializer<GenericRecord>, PrefixedSerializer {
    private final Map<String, Map<Schema, AvroBody>> bodies = new ConcurrentHashMap<>();
    private RegistryClient registry;
    private boolean autoRegister;
    private String suffix;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        SerdeConfig config = new SerdeConfig(configs);
        registry = new RegistryClient(config.registry());
        autoRegister = config.autoRegister();
        suffix = isKey ? "-key" : "-value";
    }

    @Override
    public byte[] serialize(String topic, GenericRecord record) {
        return record == null ? null : body(topic, record.getSchema()).encode(record);
    }

    @Override
    public byte[] prefix(String topic, Schema schema) {
        return body(topic, schema).prefix();
    }

    private AvroBody body(String topic, Schema schema) {
        Map<Schema, AvroBody> known = bodies.computeIfAbsent(topic, name -> new ConcurrentHashMap<>());
        AvroBody body = known.get(schema);
        if (body == null) {
            body = new AvroBody(schema, RegistryWire.header(id(topic + suffix, schema)));
            known.put(schema, body);
        }
        return body;
    }

    private int id(String subject, Schema schema) {
        return autoRegister ? registry.register(subject, schema) : registry.idOf(subject, schema);
    }
}
