package io.ringmirror.config;

import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.topics.TopicSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * RingMirror's configuration, checked: every accessor gives a value within its range, or says which key is missing.
 * Values may come from {@code config.providers}, as with Kafka's own programs. Immutable; any thread. Every method
 * throws {@link ConfigException}, which names the key, where the key is missing or wrong for what is asked.
 */
public final class RingMirrorConfig extends AbstractConfig {
    private static final ConfigDef DEFINITION = Keys.definition();

    /** Longer than another broker takes to lead a log, as a rule, so that reads go on meanwhile. */
    private static final long DEFAULT_LEASE_MS = 10_000;

    private static final long DEFAULT_LEASE_BEATS = 5;

    /** Takes the keys as {@link ConfigSources} found them. */
    public RingMirrorConfig(Map<String, String> properties) {
        super(DEFINITION, withSizesInBytes(properties), false);
        flushDirtyBytes(Keys.SOURCE_FLUSH_DIRTY_BYTES, Keys.SOURCE_CACHE_BYTES);
        flushDirtyBytes(Keys.DESTINATION_FLUSH_DIRTY_BYTES, Keys.DESTINATION_CACHE_BYTES);
    }

    /** Our keys that end in .bytes take sizes as options do; what is none is left for the check of the key to refuse. */
    private static Map<String, String> withSizesInBytes(Map<String, String> properties) {
        Map<String, String> inBytes = new HashMap<>(properties);
        inBytes.replaceAll((key, value) -> {
            boolean size =
                    DEFINITION.names().contains(key) && key.endsWith(".bytes") && value.matches("\\d+[KMGT](iB)?");
            if (!size) {
                return value;
            }
            try {
                return Long.toString(Sizes.parse(value));
            } catch (IllegalArgumentException e) {
                throw new ConfigException(key, value, e.getMessage());
            }
        });
        return inBytes;
    }

    /** The key that is meant by one that nothing reads, if there is one that is nearly the same. */
    public static Optional<String> meantBy(String unknownKey) {
        return Nearest.to(unknownKey, DEFINITION.names());
    }

    /** The keys that nothing reads, in order: typing errors, mostly. */
    public List<String> unknownKeys() {
        return originals().keySet().stream()
                .filter(key -> !DEFINITION.names().contains(key))
                .filter(key -> !ClientProperties.knows(key) && !key.startsWith(CONFIG_PROVIDERS_CONFIG))
                .filter(key -> MirrorKey.of(key)
                        .filter(own -> ClientProperties.knows(own.key()))
                        .isEmpty())
                .sorted()
                .toList();
    }

    public TopicNames topics() {
        return new TopicNames(getString(Keys.TOPIC_PREFIX));
    }

    /** The longest that one request to Kafka may take. */
    public Duration kafkaTimeout() {
        return Duration.ofMillis(getInt(Keys.KAFKA_TIMEOUT_MS));
    }

    /** How topics are to be made on a cluster of so many brokers, where nothing else is configured. */
    public TopicSettings topicSettings(int brokers) {
        TopicSettings usual = TopicSettings.forBrokers(brokers);
        Short copies = getShort(Keys.REPLICATION_FACTOR);
        Integer insync = getInt(Keys.MIN_INSYNC_REPLICAS);
        Boolean flush = getBoolean(Keys.FLUSH_EACH_RECORD);
        short replicationFactor = copies != null ? copies : usual.replicationFactor();
        try {
            return new TopicSettings(
                    replicationFactor,
                    insync != null ? insync : Math.min(2, replicationFactor),
                    getInt(Keys.SEGMENT_BYTES),
                    flush != null ? flush : usual.flushEachRecord());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage());
        }
    }

    public String serverName() {
        return required(Keys.SERVER_NAME);
    }

    public Path dataDir() {
        return Path.of(required(Keys.DATA_DIR));
    }

    /** The mirrors this server serves; empty for all that name it. */
    public List<String> mirrors() {
        return getList(Keys.MIRRORS);
    }

    /** The mirrors that have keys of their own for Kafka's clients, {@code mirror.NAME.bootstrap.servers} and the like. */
    public SortedSet<String> mirrorsWithKeys() {
        SortedSet<String> mirrors = new TreeSet<>();
        originals().keySet().forEach(key -> MirrorKey.of(key).ifPresent(own -> mirrors.add(own.mirror())));
        return mirrors;
    }

    /** The configuration as it is for one mirror: its own keys for Kafka's clients over the others. */
    public RingMirrorConfig ofMirror(String mirror) {
        Map<String, String> merged = new HashMap<>();
        originalsStrings().forEach((key, value) -> {
            if (MirrorKey.of(key).isEmpty()) {
                merged.put(key, value);
            }
        });
        originalsStrings()
                .forEach((key, value) -> MirrorKey.of(key)
                        .filter(own -> own.mirror().equals(mirror) && ClientProperties.knows(own.key()))
                        .ifPresent(own -> merged.put(own.key(), value)));
        return new RingMirrorConfig(merged);
    }

    /** Not looked up. */
    public InetSocketAddress nbdListen() {
        return Values.address(Keys.NBD_LISTEN, getString(Keys.NBD_LISTEN));
    }

    public Optional<Path> nbdSocket() {
        return Optional.ofNullable(getString(Keys.NBD_SOCKET)).map(Path::of);
    }

    /** Not looked up. */
    public InetSocketAddress httpListen() {
        return Values.address(Keys.HTTP_LISTEN, getString(Keys.HTTP_LISTEN));
    }

    public Path trackerStateDir() {
        String given = getString(Keys.TRACKER_STATE_DIR);
        return given != null ? Path.of(given) : dataDir().resolve("tracker");
    }

    public long sourceFlushDirtyBytes() {
        return flushDirtyBytes(Keys.SOURCE_FLUSH_DIRTY_BYTES, Keys.SOURCE_CACHE_BYTES);
    }

    public Duration sourceLease() {
        Long ms = getLong(Keys.SOURCE_LEASE_MS);
        int beatMs = getInt(Keys.BEAT_MS);
        return Duration.ofMillis(ms != null ? ms : Math.max(DEFAULT_LEASE_MS, DEFAULT_LEASE_BEATS * beatMs));
    }

    public long destinationFlushDirtyBytes() {
        return flushDirtyBytes(Keys.DESTINATION_FLUSH_DIRTY_BYTES, Keys.DESTINATION_CACHE_BYTES);
    }

    /** For {@code MirrorSerdes.configured}: everything as given, for a serializer class of the user's to read. */
    public Map<String, Object> serdeProperties() {
        return originals();
    }

    public Map<String, Object> adminProperties() {
        return bounded(ClientProperties.ADMIN);
    }

    /** For the short-lived clients of definitions, statuses and commands: what every client is given. */
    public Map<String, Object> controlProperties() {
        return ClientProperties.ADMIN.from(forClients());
    }

    public Map<String, Object> producerProperties() {
        return ClientProperties.PRODUCER.from(forClients());
    }

    public Map<String, Object> consumerProperties() {
        return bounded(ClientProperties.CONSUMER);
    }

    public Map<String, Object> streamsProperties() {
        return ClientProperties.STREAMS.from(forClients());
    }

    /** Each call fails after {@code kafka.timeout.ms}, and a single try leaves time for another. */
    private Map<String, Object> bounded(ClientProperties kind) {
        int timeoutMs = getInt(Keys.KAFKA_TIMEOUT_MS);
        Map<String, Object> properties = new HashMap<>();
        properties.put("default.api.timeout.ms", Integer.toString(timeoutMs));
        properties.put("request.timeout.ms", Integer.toString(Math.max(1, timeoutMs / 2)));
        properties.putAll(kind.from(forClients()));
        return properties;
    }

    /** Some of our keys mean something else to Kafka's clients. */
    private Map<String, Object> forClients() {
        Map<String, Object> properties = new HashMap<>(originals());
        properties.keySet().removeIf(key -> DEFINITION.names().contains(key) && !key.equals(Keys.BOOTSTRAP_SERVERS));
        return properties;
    }

    private long flushDirtyBytes(String key, String cacheKey) {
        long cacheBytes = getLong(cacheKey);
        Long given = getLong(key);
        if (given == null) {
            return cacheBytes / 16 * 7;
        }
        if (given > cacheBytes / 2) {
            throw new ConfigException(
                    key, given, "is more than " + cacheBytes / 2 + ", one half of " + cacheKey + "=" + cacheBytes);
        }
        return given;
    }

    private String required(String key) {
        String value = getString(key);
        if (value == null) {
            throw new ConfigException("Missing configuration '" + key + "': "
                    + DEFINITION.configKeys().get(key).documentation);
        }
        return value;
    }
}
