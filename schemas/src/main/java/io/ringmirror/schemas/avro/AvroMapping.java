package io.ringmirror.schemas.avro;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Turns one kind of domain record into Avro and back. Subclasses say how; this class makes sure that what does not
 * fit is a {@link SerializationException} that names the field. Stateless; any thread.
 *
 * @param <T> the domain record
 */
public abstract class AvroMapping<T> {
    private final Schema schema;

    AvroMapping(MirrorSchema schema) {
        this.schema = schema.current();
    }

    /** The current schema, in which records are written. */
    public final Schema schema() {
        return schema;
    }

    /** The Avro form of a domain record; byte buffers are shared, not copied. */
    public abstract GenericRecord toAvro(T value);

    /**
     * The domain record that {@code record} stands for; byte buffers are shared, not copied.
     *
     * @throws SerializationException if the content is not valid, or of a kind that only a newer version knows
     */
    public final T fromAvro(GenericRecord record) {
        try {
            return read(new Fields(record));
        } catch (IllegalArgumentException | NullPointerException | ClassCastException e) {
            throw new SerializationException("not a valid " + schema.getName() + ": " + e.getMessage(), e);
        }
    }

    abstract T read(Fields fields);
}
