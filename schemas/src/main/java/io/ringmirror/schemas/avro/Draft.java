package io.ringmirror.schemas.avro;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** An Avro record while its fields are being put; used by one thread and then left alone. */
final class Draft {
    private final GenericData.Record record;

    Draft(Schema schema) {
        this.record = new GenericData.Record(schema);
    }

    Draft put(String field, Object value) {
        record.put(field, value);
        return this;
    }

    Draft putUuid(String field, UUID value) {
        return put(field, value.toString());
    }

    Draft putConstant(String field, Enum<?> value) {
        return put(field, new GenericData.EnumSymbol(schemaOf(field), value.name()));
    }

    Draft putConstants(String field, Collection<? extends Enum<?>> values) {
        Schema items = schemaOf(field).getElementType();
        return put(
                field,
                values.stream()
                        .map(value -> new GenericData.EnumSymbol(items, value.name()))
                        .toList());
    }

    <V> Draft putInner(String field, V value, BiFunction<Schema, V, GenericRecord> mapping) {
        return put(field, mapping.apply(schemaOf(field), value));
    }

    <V> Draft putList(String field, List<V> values, BiFunction<Schema, V, GenericRecord> mapping) {
        Schema items = schemaOf(field).getElementType();
        List<GenericRecord> records = new ArrayList<>(values.size());
        values.forEach(value -> records.add(mapping.apply(items, value)));
        return put(field, records);
    }

    GenericRecord done() {
        return record;
    }

    /** The field's schema; of a nullable field, its other branch. */
    private Schema schemaOf(String field) {
        Schema schema = record.getSchema().getField(field).schema();
        return schema.isUnion() ? schema.getTypes().get(1) : schema;
    }
}
