package io.ringmirror.schemas.avro;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.generic.GenericRecord;

/** Typed reading of an Avro record's fields; whatever is missing or of another type is named in the exception. */
final class Fields {
    private final GenericRecord record;

    Fields(GenericRecord record) {
        this.record = record;
    }

    /** The record's short name, which tells the branches of a union apart. */
    String kind() {
        return record.getSchema().getName();
    }

    long longAt(String field) {
        return value(field, Long.class);
    }

    OptionalLong optionalLong(String field) {
        return record.get(field) == null ? OptionalLong.empty() : OptionalLong.of(longAt(field));
    }

    int intAt(String field) {
        return value(field, Integer.class);
    }

    boolean flag(String field) {
        return value(field, Boolean.class);
    }

    String text(String field) {
        return value(field, CharSequence.class).toString();
    }

    Optional<String> optionalText(String field) {
        return record.get(field) == null ? Optional.empty() : Optional.of(text(field));
    }

    UUID uuid(String field) {
        return UUID.fromString(text(field));
    }

    Optional<UUID> optionalUuid(String field) {
        return optionalText(field).map(UUID::fromString);
    }

    ByteBuffer bytes(String field) {
        return value(field, ByteBuffer.class);
    }

    Fields inner(String field) {
        return new Fields(value(field, GenericRecord.class));
    }

    Optional<Fields> optionalInner(String field) {
        return record.get(field) == null ? Optional.empty() : Optional.of(inner(field));
    }

    List<Fields> list(String field) {
        List<Fields> items = new ArrayList<>();
        for (Object item : value(field, List.class)) {
            items.add(new Fields((GenericRecord) item));
        }
        return items;
    }

    /** The constant of the same name; the schema's default stands for every constant that only the writer knew. */
    <E extends Enum<E>> E constant(String field, Class<E> type) {
        return constant(field, value(field, Object.class), type);
    }

    /** Constants as {@link #constant} reads each. */
    <E extends Enum<E>> Set<E> constants(String field, Class<E> type) {
        Set<E> constants = EnumSet.noneOf(type);
        for (Object item : value(field, List.class)) {
            constants.add(constant(field, item, type));
        }
        return constants;
    }

    private static <E extends Enum<E>> E constant(String field, Object value, Class<E> type) {
        String name = value.toString();
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    field + " is " + name + ", which this version does not know; a newer one wrote it", e);
        }
    }

    private <V> V value(String field, Class<V> type) {
        Object value = record.hasField(field) ? record.get(field) : null;
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(kind() + "." + field + " is "
                    + (value == null ? "missing" : "a " + value.getClass().getSimpleName()));
        }
        return type.cast(value);
    }
}
