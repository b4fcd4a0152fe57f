package io.ringmirror.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.SerdeConfig;
import io.ringmirror.schemas.topics.TopicPlan;
import io.ringmirror.schemas.topics.TopicSettings;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Validator;

/** Every key of RingMirror's configuration, with its default, its range and what it means. Stateless. */
public final class Keys {
    public static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    public static final String KAFKA_TIMEOUT_MS = "kafka.timeout.ms";
    public static final String TOPIC_PREFIX = "topic.prefix";
    public static final String REPLICATION_FACTOR = "replication.factor";
    public static final String MIN_INSYNC_REPLICAS = "min.insync.replicas";
    public static final String FLUSH_EACH_RECORD = "flush.each.record";
    public static final String SEGMENT_BYTES = "segment.bytes";

    public static final String SERVER_NAME = "server.name";
    public static final String DATA_DIR = "data.dir";
    public static final String MIRRORS = "mirrors";
    public static final String BEAT_MS = "beat.ms";

    public static final String NBD_LISTEN = "nbd.listen";
    public static final String NBD_SOCKET = "nbd.socket";
    public static final String NBD_MAX_CONNECTIONS = "nbd.max.connections";
    public static final String NBD_MAX_REQUESTS = "nbd.max.requests";
    public static final String NBD_MAX_BYTES = "nbd.max.bytes";

    public static final String ACK = "ack";
    public static final String SOURCE_CACHE_BYTES = "source.cache.bytes";
    public static final String SOURCE_FLUSH_DIRTY_BYTES = "source.flush.dirty.bytes";
    public static final String SOURCE_FLUSH_INTERVAL_MS = "source.flush.interval.ms";
    public static final String SOURCE_INFLIGHT_BYTES = "source.inflight.bytes";
    public static final String SOURCE_LEASE_MS = "source.lease.ms";
    public static final String TRANSACTION_TIMEOUT_MS = "transaction.timeout.ms";

    public static final String DESTINATION_CACHE_BYTES = "destination.cache.bytes";
    public static final String DESTINATION_FLUSH_DIRTY_BYTES = "destination.flush.dirty.bytes";
    public static final String DESTINATION_FLUSH_INTERVAL_MS = "destination.flush.interval.ms";

    public static final String TRACKER_STATE_DIR = "tracker.state.dir";
    public static final String TRACKER_STANDBY_REPLICAS = "tracker.standby.replicas";
    public static final String HTTP_LISTEN = "http.listen";

    /** {@link #ACK}: a write is answered when the log has it. */
    public static final String ACK_WRITE = "write";
    /** {@link #ACK}: a write is answered from the cache; a flush waits for the log. */
    public static final String ACK_FLUSH = "flush";

    /** {@link #KAFKA_TIMEOUT_MS} is not below this. */
    public static final int LEAST_KAFKA_TIMEOUT_MS = 1_000;

    private static final long MIB = 1L << 20;
    private static final String KAFKA = "Kafka and topics";
    private static final String RECORDS = "Records";
    private static final String SERVER = "Servers";
    private static final String NBD = "NBD";
    private static final String SOURCE = "Source";
    private static final String DESTINATION = "Destination";
    private static final String TRACKER = "Tracker";

    private Keys() {}

    /** The definition of them all, in the order of the reference page. */
    static ConfigDef definition() {
        Definition keys = new Definition();
        kafka(keys.group(KAFKA));
        keys.group(RECORDS).takeIn(SerdeConfig.definition());
        server(keys.group(SERVER));
        nbd(keys.group(NBD));
        source(keys.group(SOURCE));
        destination(keys.group(DESTINATION));
        tracker(keys.group(TRACKER));
        return keys.definition();
    }

    private static void kafka(Definition keys) {
        keys.required(
                        BOOTSTRAP_SERVERS,
                        ConfigDef.Type.LIST,
                        ConfigDef.ValidList.anyNonDuplicateValues(false, false),
                        HIGH,
                        "Brokers to ask first, as host:port, separated by commas.")
                .key(
                        TOPIC_PREFIX,
                        ConfigDef.Type.STRING,
                        TopicNames.DEFAULT_PREFIX,
                        Values.checkedBy(TopicNames::new, "1 to 60 letters, digits, dots, hyphens and underscores"),
                        HIGH,
                        "What the names of all topics and groups begin with. All programs of one installation share"
                                + " it; several installations share a cluster by different prefixes.")
                .key(
                        REPLICATION_FACTOR,
                        ConfigDef.Type.SHORT,
                        null,
                        Values.nullOr(between((short) 1, Short.MAX_VALUE)),
                        HIGH,
                        "Replicas of every topic that is made. Unset: 3, or as many as there are brokers. With fewer"
                                + " than 3 an acknowledged write can be lost with a broker.")
                .key(
                        MIN_INSYNC_REPLICAS,
                        ConfigDef.Type.INT,
                        null,
                        Values.nullOr(atLeast(1)),
                        HIGH,
                        "Replicas that must have a record before it counts as written. Unset: 2, or 1 where there is"
                                + " one replica only.")
                .key(
                        FLUSH_EACH_RECORD,
                        ConfigDef.Type.BOOLEAN,
                        null,
                        null,
                        MEDIUM,
                        "Whether a broker forces each record to disk before it answers, in topics that are made. Unset:"
                                + " true where there is one broker only, which could lose them all in a power failure.")
                .key(
                        SEGMENT_BYTES,
                        ConfigDef.Type.INT,
                        TopicSettings.DEFAULT_SEGMENT_BYTES,
                        atLeast(TopicPlan.LARGEST_RECORD_BYTES),
                        LOW,
                        "Bytes of one segment of a log, for rings that are made. Disk of deallocated records comes back"
                                + " by whole segments.")
                .key(
                        KAFKA_TIMEOUT_MS,
                        ConfigDef.Type.INT,
                        30_000,
                        atLeast(LEAST_KAFKA_TIMEOUT_MS),
                        MEDIUM,
                        "Milliseconds that a request to Kafka may take, retries included, before it fails. Writes of a"
                                + " running source wait for as long as it takes.");
    }

    private static void server(Definition keys) {
        keys.key(
                        SERVER_NAME,
                        ConfigDef.Type.STRING,
                        null,
                        Values.nullOr(new ConfigDef.NonEmptyString()),
                        HIGH,
                        "This server's name, by which mirrors name their source and destinations. Required by source,"
                                + " destination and server.")
                .key(
                        DATA_DIR,
                        ConfigDef.Type.STRING,
                        null,
                        Values.nullOr(new ConfigDef.NonEmptyString()),
                        HIGH,
                        "Directory of this server's replicas, one directory for each mirror. Required by source,"
                                + " destination and server; two servers never share one.")
                .key(
                        MIRRORS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        ConfigDef.ValidList.anyNonDuplicateValues(true, false),
                        MEDIUM,
                        "Mirrors that this server serves, separated by commas. Empty: all whose definition names it.")
                .key(
                        BEAT_MS,
                        ConfigDef.Type.INT,
                        1_000,
                        between(100, 60_000),
                        LOW,
                        "Milliseconds between two signs of life: of an idle source in the log, of every server in its"
                                + " events. A source that was replaced notices within this time.");
    }

    private static void nbd(Definition keys) {
        keys.key(
                        NBD_LISTEN,
                        ConfigDef.Type.STRING,
                        "127.0.0.1:10809",
                        Values.listen(),
                        HIGH,
                        "Where the source serves its volumes over NBD, as host:port. NBD has no passwords: leave the"
                                + " loopback address only for a network that is trusted. Port 0 takes a free one.")
                .key(
                        NBD_SOCKET,
                        ConfigDef.Type.STRING,
                        null,
                        Values.nullOr(Values.socket()),
                        MEDIUM,
                        "Path of a Unix-domain socket on which the source serves clients of this machine, too, who are"
                                + " spared TCP then. Who may open it for writing may write to volumes: its owner, and its"
                                + " group if the umask lets it, as 007 does; never others. Unset: none.")
                .key(
                        NBD_MAX_CONNECTIONS,
                        ConfigDef.Type.INT,
                        64,
                        between(1, 65_536),
                        LOW,
                        "NBD connections at a time; times nbd.max.requests at most 32768.")
                .key(
                        NBD_MAX_REQUESTS,
                        ConfigDef.Type.INT,
                        128,
                        between(1, 65_536),
                        LOW,
                        "Requests in flight on one NBD connection; at the bound nothing more is read from it.")
                .key(
                        NBD_MAX_BYTES,
                        ConfigDef.Type.LONG,
                        128 * MIB,
                        atLeast(64 * MIB),
                        MEDIUM,
                        "Bytes of data of NBD requests in flight to each mirror: half of it for reads, half of it for writes,"
                                + " so that neither writes that wait nor clients that take no replies hold up another"
                                + " mirror.");
    }

    private static void source(Definition keys) {
        keys.key(
                        ACK,
                        ConfigDef.Type.STRING,
                        ACK_WRITE,
                        ValidString.in(ACK_WRITE, ACK_FLUSH),
                        HIGH,
                        "When a write is answered. '" + ACK_WRITE + "': when the log has it and all before it. '"
                                + ACK_FLUSH + "': at once, from the cache, and a flush waits for the log, as with any"
                                + " disk that has a write cache; a client that reconnects by itself after losing the"
                                + " server has then lost what it had not flushed.")
                .key(
                        SOURCE_CACHE_BYTES,
                        ConfigDef.Type.LONG,
                        64 * MIB,
                        Values.CACHE,
                        HIGH,
                        "Bytes of the first cache of each mirror, off the heap: one half takes writes while the other is"
                                + " flushed.")
                .key(
                        SOURCE_FLUSH_DIRTY_BYTES,
                        ConfigDef.Type.LONG,
                        null,
                        Values.nullOr(atLeast(MIB)),
                        MEDIUM,
                        "Dirty bytes in the first cache at which the source flushes. Unset: 7/16 of "
                                + SOURCE_CACHE_BYTES + "; at most half of it.")
                .key(
                        SOURCE_FLUSH_INTERVAL_MS,
                        ConfigDef.Type.LONG,
                        30_000L,
                        atLeast(100L),
                        MEDIUM,
                        "Milliseconds after which the source flushes what is dirty.")
                .key(
                        SOURCE_INFLIGHT_BYTES,
                        ConfigDef.Type.LONG,
                        16 * MIB,
                        atLeast(4 * MIB),
                        LOW,
                        "Bytes of records on their way to Kafka, for each mirror; at the bound writers wait. Less where"
                                + " many mirrors share the heap.")
                .key(
                        SOURCE_LEASE_MS,
                        ConfigDef.Type.LONG,
                        null,
                        Values.nullOr(between(300L, 600_000L)),
                        MEDIUM,
                        "Milliseconds for which a source answers reads after the last record that Kafka has taken from it;"
                                + " then reads wait until Kafka takes another. One that is promoted without the old one's"
                                + " handing over takes no write for as long, so that nobody reads what is outdated: all"
                                + " servers of a mirror need the same value. Unset: 10 s, or 5 x " + BEAT_MS
                                + " where that is longer; at least 3 x " + BEAT_MS + ".")
                .key(
                        TRANSACTION_TIMEOUT_MS,
                        ConfigDef.Type.INT,
                        60_000,
                        between(10_000, 900_000),
                        LOW,
                        "Milliseconds of silence after which the broker ends a source's transaction. At most the"
                                + " broker's transaction.max.timeout.ms.");
    }

    private static void destination(Definition keys) {
        keys.key(
                        DESTINATION_CACHE_BYTES,
                        ConfigDef.Type.LONG,
                        64 * MIB,
                        Values.CACHE,
                        HIGH,
                        "Bytes of the second cache of each mirror, off the heap: one half takes writes while the other"
                                + " is flushed.")
                .key(
                        DESTINATION_FLUSH_DIRTY_BYTES,
                        ConfigDef.Type.LONG,
                        null,
                        Values.nullOr(atLeast(MIB)),
                        MEDIUM,
                        "Dirty bytes in the second cache at which the destination flushes. Unset: 7/16 of "
                                + DESTINATION_CACHE_BYTES + "; at most half of it.")
                .key(
                        DESTINATION_FLUSH_INTERVAL_MS,
                        ConfigDef.Type.LONG,
                        30_000L,
                        atLeast(100L),
                        MEDIUM,
                        "Milliseconds after which the destination flushes what is dirty.");
    }

    private static void tracker(Definition keys) {
        keys.key(
                        TRACKER_STATE_DIR,
                        ConfigDef.Type.STRING,
                        null,
                        Values.nullOr(new ConfigDef.NonEmptyString()),
                        MEDIUM,
                        "Directory for Kafka Streams, which may make files there. The tracker's memory is in topics of its own"
                                + " and small, and is read back at each start; nothing is lost with the directory. Unset:"
                                + " 'tracker' in " + DATA_DIR + ".")
                .key(
                        TRACKER_STANDBY_REPLICAS,
                        ConfigDef.Type.INT,
                        0,
                        between(0, 10),
                        LOW,
                        "Copies of the tracker's state held ready by other trackers of the same prefix.")
                .key(
                        HTTP_LISTEN,
                        ConfigDef.Type.STRING,
                        "127.0.0.1:10810",
                        Values.listen(),
                        MEDIUM,
                        "Where the tracker answers HTTP, as host:port: status and health. It has no passwords. Port 0"
                                + " takes a free one.");
    }

    /** Collects keys with the group they belong to. */
    private static final class Definition {
        private final ConfigDef keys = new ConfigDef();
        private String group = "";
        private int order;

        Definition group(String name) {
            group = name;
            return this;
        }

        Definition required(
                String name, ConfigDef.Type type, Validator range, ConfigDef.Importance importance, String doc) {
            return key(name, type, ConfigDef.NO_DEFAULT_VALUE, range, importance, doc);
        }

        Definition key(
                String name,
                ConfigDef.Type type,
                Object defaultValue,
                Validator range,
                ConfigDef.Importance importance,
                String doc) {
            keys.define(name, type, defaultValue, range, importance, doc, group, order++, ConfigDef.Width.MEDIUM, name);
            return this;
        }

        void takeIn(ConfigDef others) {
            for (ConfigKey key : others.configKeys().values()) {
                Object value = key.hasDefault() ? key.defaultValue : ConfigDef.NO_DEFAULT_VALUE;
                key(key.name, key.type, value, key.validator, key.importance, key.documentation);
            }
        }

        ConfigDef definition() {
            return keys;
        }
    }
}
