package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.registry.RegistrySettings;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The keys that decide how records become bytes; those of the registry are Confluent's own. Immutable; any thread. */
public final class SerdeConfig extends AbstractConfig {
    /** How records become bytes: {@link #SINGLE_OBJECT} or {@link #SCHEMA_REGISTRY}. */
    public static final String RECORD_FORMAT = "record.format";
    /** Avro single-object encoding: each record carries its schema's fingerprint. */
    public static final String SINGLE_OBJECT = "single-object";
    /** Schema Registry wire format: each record carries its schema's id in a registry. */
    public static final String SCHEMA_REGISTRY = "schema-registry";
    /** Class that writes Avro records, in place of the format's own. */
    public static final String RECORD_SERIALIZER = "record.serializer";
    /** Class that reads Avro records, in place of the format's own. */
    public static final String RECORD_DESERIALIZER = "record.deserializer";
    /** Base URLs of the registry, with commas between them. */
    public static final String SCHEMA_REGISTRY_URL = "schema.registry.url";
    /** Where user and password for the registry are: {@code URL} or {@code USER_INFO}. */
    public static final String BASIC_AUTH_CREDENTIALS_SOURCE = "basic.auth.credentials.source";
    /** {@code user:password} if the source of credentials is {@code USER_INFO}. */
    public static final String BASIC_AUTH_USER_INFO = "basic.auth.user.info";
    /** Whether a schema that the registry does not know is registered by its writer. */
    public static final String AUTO_REGISTER_SCHEMAS = "auto.register.schemas";
    /** How a schema's subject follows from the topic. */
    public static final String VALUE_SUBJECT_NAME_STRATEGY = "value.subject.name.strategy";

    private static final String TOPIC_NAME_STRATEGY = "io.confluent.kafka.serializers.subject.TopicNameStrategy";
    private static final String USER_INFO = "USER_INFO";

    private static final ConfigDef KEYS = new ConfigDef()
            .define(
                    RECORD_FORMAT,
                    ConfigDef.Type.STRING,
                    SINGLE_OBJECT,
                    ValidString.in(SINGLE_OBJECT, SCHEMA_REGISTRY),
                    Importance.HIGH,
                    "How records become bytes. '" + SINGLE_OBJECT + "': Avro single-object encoding, which needs no"
                            + " registry. '" + SCHEMA_REGISTRY + "': the wire format of Schema Registry. All servers of"
                            + " one prefix must agree.")
            .define(
                    SCHEMA_REGISTRY_URL,
                    ConfigDef.Type.LIST,
                    List.of(),
                    ConfigDef.ValidList.anyNonDuplicateValues(true, false),
                    Importance.HIGH,
                    "Base URLs of the schema registry, tried in turn. Needed by the format '" + SCHEMA_REGISTRY + "'.")
            .define(
                    BASIC_AUTH_CREDENTIALS_SOURCE,
                    ConfigDef.Type.STRING,
                    "URL",
                    ValidString.in("URL", USER_INFO),
                    Importance.MEDIUM,
                    "Where user and password for the registry are: in its URLs, or in " + BASIC_AUTH_USER_INFO + ".")
            .define(
                    BASIC_AUTH_USER_INFO,
                    ConfigDef.Type.PASSWORD,
                    "",
                    Importance.MEDIUM,
                    "user:password for the registry.")
            .define(
                    AUTO_REGISTER_SCHEMAS,
                    ConfigDef.Type.BOOLEAN,
                    true,
                    Importance.MEDIUM,
                    "Whether a writer registers its schemas. If not, somebody must have registered them before.")
            .define(
                    VALUE_SUBJECT_NAME_STRATEGY,
                    ConfigDef.Type.STRING,
                    TOPIC_NAME_STRATEGY,
                    Importance.LOW,
                    "How a subject follows from the topic. The formats' own classes know one way: <topic>-value.")
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
        Class<?> own = usesRegistry() ? RegistrySerializer.class : SingleObjectSerializer.class;
        return named(RECORD_SERIALIZER).orElse(own.getName());
    }

    String deserializerClass() {
        Class<?> own = usesRegistry() ? RegistryDeserializer.class : SingleObjectDeserializer.class;
        return named(RECORD_DESERIALIZER).orElse(own.getName());
    }

    boolean autoRegister() {
        return getBoolean(AUTO_REGISTER_SCHEMAS);
    }

    /** The registry, for the format's own classes. */
    RegistrySettings registry() {
        String strategy = getString(VALUE_SUBJECT_NAME_STRATEGY);
        if (!strategy.equals(TOPIC_NAME_STRATEGY)) {
            throw new ConfigException(
                    VALUE_SUBJECT_NAME_STRATEGY, strategy, "only " + TOPIC_NAME_STRATEGY + " is known");
        }
        try {
            return new RegistrySettings(
                    getList(SCHEMA_REGISTRY_URL).stream().map(URI::create).toList(),
                    userInfo(),
                    RegistrySettings.DEFAULT_TIMEOUT,
                    RegistrySettings.DEFAULT_ROUNDS);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(SCHEMA_REGISTRY_URL + " is wrong: " + e.getMessage());
        }
    }

    private Optional<String> userInfo() {
        if (!getString(BASIC_AUTH_CREDENTIALS_SOURCE).equals(USER_INFO)) {
            return Optional.empty();
        }
        Password password = getPassword(BASIC_AUTH_USER_INFO);
        if (!password.value().contains(":")) {
            throw new ConfigException(BASIC_AUTH_USER_INFO + " must be user:password, as "
                    + BASIC_AUTH_CREDENTIALS_SOURCE + " is " + USER_INFO);
        }
        return Optional.of(password.value());
    }

    private boolean usesRegistry() {
        return getString(RECORD_FORMAT).equals(SCHEMA_REGISTRY);
    }

    private Optional<String> named(String key) {
        return Optional.of(getString(key).strip()).filter(name -> !name.isEmpty());
    }
}
