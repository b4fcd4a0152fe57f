package io.ringmirror.schemas.serde;

import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** The keys that decide how records become bytes. Immutable; any thread. */
public final class SerdeConfig extends AbstractConfig {
    /** How records become bytes: {@link #SINGLE_OBJECT}. */
    public static final String RECORD_FORMAT = "record.format";
    /** Avro single-object encoding: each record carries its schema's fingerprint. */
    public static final String SINGLE_OBJECT = "single-object";
    /** Class that writes Avro records, in place of the format's own. */
    public static final String RECORD_SERIALIZER = "record.serializer";
    /** Class that reads Avro records, in place of the format's own. */
    public static final String RECORD_DESERIALIZER = "record.deserializer";

    private static final ConfigDef KEYS = new ConfigDef()
            .define(
                    RECORD_FORMAT,
                    ConfigDef.Type.STRING,
                    SINGLE_OBJECT,
                    ValidString.in(SINGLE_OBJECT),
                    Importance.HIGH,
                    "How records become bytes. '" + SINGLE_OBJECT + "': Avro single-object encoding, which needs no"
                            + " registry. All servers of one prefix must agree.")
            .define(
                    RECORD_SERIALIZER,
                    ConfigDef.Type.STRING,
                    "",
                    Importance.LOW,
                    "Class of the serializer of Avro generic records, in place of the format's own.")
            .define(
                    RECORD_DESERIALIZER,
                    ConfigDef.Type.STRING,
                    "",
                    Importance.LOW,
                    "Class of the deserializer to Avro generic records, in place of the format's own.");

    /** Takes its keys out of {@code config}; others are left alone. */
    public SerdeConfig(Map<String, ?> config) {
        super(KEYS, config, false);
    }

    /** The keys with their documentation, for a larger definition to take in. */
    public static ConfigDef definition() {
        return new ConfigDef(KEYS);
    }

    String serializerClass() {
        String named = getString(RECORD_SERIALIZER);
        return named.isBlank() ? SingleObjectSerializer.class.getName() : named.strip();
    }

    String deserializerClass() {
        String named = getString(RECORD_DESERIALIZER);
        return named.isBlank() ? SingleObjectDeserializer.class.getName() : named.strip();
    }
}
