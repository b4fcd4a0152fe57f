package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.avro.AvroMapping;
import io.ringmirror.schemas.avro.CommandMapping;
import io.ringmirror.schemas.avro.DefinitionMapping;
import io.ringmirror.schemas.avro.EventMapping;
import io.ringmirror.schemas.avro.LogRecordMapping;
import io.ringmirror.schemas.avro.MirrorSchema;
import io.ringmirror.schemas.avro.MirrorStatusMapping;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * The serde of each topic's values, in the encoding that the configuration names. Every serde is safe for any thread
 * and shares one encoder and one decoder, which live until {@link #close}; closing a client that was given a serde
 * leaves them open. Bad bytes are a {@link org.apache.kafka.common.errors.SerializationException}; null is a tombstone.
 */
public final class MirrorSerdes implements AutoCloseable {
    private final Serializer<Object> encoder;
    private final Deserializer<Object> decoder;

    private MirrorSerdes(Serializer<Object> encoder, Deserializer<Object> decoder) {
        this.encoder = encoder;
        this.decoder = decoder;
    }

    /**
     * Makes the encoder and decoder named by {@link SerdeConfig}'s keys and configures them with all of
     * {@code config}; opens no connection.
     *
     * @throws ConfigException naming the key that is wrong
     */
    // What a named class takes or gives is not known to the compiler; MappedDeserializer checks every record.
    @SuppressWarnings("unchecked")
    public static MirrorSerdes configured(Map<String, ?> config) {
        SerdeConfig keys = new SerdeConfig(config);
        Serializer<Object> encoder = instance(SerdeConfig.RECORD_SERIALIZER, keys.serializerClass(), Serializer.class);
        Deserializer<Object> decoder =
                instance(SerdeConfig.RECORD_DESERIALIZER, keys.deserializerClass(), Deserializer.class);
        encoder.configure(config, false);
        decoder.configure(config, false);
        return new MirrorSerdes(encoder, decoder);
    }

    public Serde<LogRecord> logRecords() {
        LogRecordMapping mapping = new LogRecordMapping();
        Deserializer<LogRecord> general = new MappedDeserializer<>(mapping, decoder);
        // Of a decoder that somebody named nothing is known but what it gives.
        Deserializer<LogRecord> deserializer =
                decoder instanceof SchemaHeader header ? new LogRecordDeserializer(header, general) : general;
        return Serdes.serdeFrom(new MappedSerializer<>(mapping, encoder), deserializer);
    }

    /**
     * Encodes the records of one ring, for its writer. A registry is asked for the schema's id now.
     *
     * @throws org.apache.kafka.common.KafkaException if the registry does not give it
     */
    public RingEncoder ringEncoder(String topic) {
        RingEncoder mapped = new MappedRingEncoder(topic, logRecords().serializer());
        return encoder instanceof PrefixedSerializer ours
                ? new DirectRingEncoder(ours.prefix(topic, MirrorSchema.LOG_RECORD.current()), mapped)
                : mapped;
    }

    public Serde<Event> events() {
        return serde(new EventMapping());
    }

    public Serde<Definition> definitions() {
        return serde(new DefinitionMapping());
    }

    public Serde<MirrorStatus> statuses() {
        return serde(new MirrorStatusMapping());
    }

    public Serde<Command> commands() {
        return serde(new CommandMapping());
    }

    @Override
    public void close() {
        encoder.close();
        decoder.close();
    }

    private <T> Serde<T> serde(AvroMapping<T> mapping) {
        return Serdes.serdeFrom(new MappedSerializer<>(mapping, encoder), new MappedDeserializer<>(mapping, decoder));
    }

    private static <T> T instance(String key, String className, Class<T> type) {
        try {
            return Utils.newInstance(className, type);
        } catch (ClassNotFoundException | KafkaException | ClassCastException e) {
            throw new ConfigException(key, className, "must be a " + type.getName() + " on the class path");
        }
    }
}
