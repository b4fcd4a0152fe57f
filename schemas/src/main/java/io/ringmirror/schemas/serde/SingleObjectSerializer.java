package io.ringmirror.schemas.serde;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Writes Avro records in single-object encoding, which needs no registry. Any thread; nothing to configure. */
public final class SingleObjectSerializer implements Serializer<GenericRecord>, PrefixedSerializer {
    private final Map<Schema, AvroBody> bodies = new ConcurrentHashMap<>();

    @Override
    public byte[] serialize(String topic, GenericRecord record) {
        return record == null ? null : body(record.getSchema()).encode(record);
    }

    @Override
    public byte[] prefix(String topic, Schema schema) {
        return body(schema).prefix();
    }

    private AvroBody body(Schema schema) {
        return bodies.computeIfAbsent(schema, missing -> new AvroBody(missing, SingleObject.header(missing)));
    }
}
