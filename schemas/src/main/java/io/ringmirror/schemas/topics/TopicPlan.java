package io.ringmirror.schemas.topics;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How every topic is to be made. Pure; any thread. All topics take the broker's clock, so that one clock dates what
 * several servers wrote, and none may elect a leader that lacks acknowledged records.
 */
public final class TopicPlan {
    /** The largest record of a ring, key, value and overhead: producers cut larger writes into parts. */
    public static final int LARGEST_RECORD_BYTES = 2 << 20;

    /** Nobody needs an event that is older than the next: they are cumulative and repeated. A week is for people. */
    private static final Duration EVENT_RETENTION = Duration.ofDays(7);

    static final long EVENT_RETENTION_BYTES = 1L << 30;
    private static final int EVENT_SEGMENT_BYTES = 64 << 20;
    private static final Duration COMMAND_RETENTION = Duration.ofDays(1);
    private static final long COMMAND_RETENTION_BYTES = 64L << 20;

    /** What is read at each start is the last words and as much as two of these, which are not compacted yet. */
    static final int LAST_WORDS_SEGMENT_BYTES = 8 << 20;

    private static final Duration LAST_WORDS_SEGMENT_AGE = Duration.ofHours(1);

    private final TopicNames names;
    private final TopicSettings settings;

    public TopicPlan(TopicNames names, TopicSettings settings) {
        this.names = names;
        this.settings = settings;
    }

    /** The topics that all mirrors share: definitions, events, status, commands. */
    public List<PlannedTopic> shared() {
        return List.of(
                topic(names.definitions(), 1, definitions()),
                topic(names.events(), 1, kept(EVENT_RETENTION, EVENT_RETENTION_BYTES, EVENT_SEGMENT_BYTES)),
                topic(names.status(), 1, lastWords()),
                topic(names.commands(), 1, kept(COMMAND_RETENTION, COMMAND_RETENTION_BYTES, LAST_WORDS_SEGMENT_BYTES)));
    }

    /**
     * What the settings of the tracker's own topics are to be, by name. Kafka Streams makes them so; those of an earlier
     * version are altered.
     */
    public Map<String, Map<String, String>> memory() {
        return Map.of(names.trackerDefinitions(), definitions(), names.trackerStatuses(), lastWords());
    }

    /**
     * The settings of a topic that is read from its start, for the last word on each key: brokers compact all but the last
     * segment, so that is small and never old, and what only says that a key is gone or a transaction ended goes an hour later.
     */
    public static Map<String, String> lastWords() {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.SEGMENT_BYTES_CONFIG,
                Integer.toString(LAST_WORDS_SEGMENT_BYTES),
                TopicConfig.SEGMENT_MS_CONFIG,
                Long.toString(LAST_WORDS_SEGMENT_AGE.toMillis()),
                TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                "0.1",
                TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
                Long.toString(LAST_WORDS_SEGMENT_AGE.toMillis()),
                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                Long.toString(LAST_WORDS_SEGMENT_AGE.toMillis()));
    }

    /** The ring of a mirror, with its first logs. */
    public PlannedTopic ring(Definition definition) {
        Map<String, String> configs = new HashMap<>();
        configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        configs.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
        configs.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
        configs.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(settings.segmentBytes()));
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(LARGEST_RECORD_BYTES));
        return topic(names.ring(definition.mirror()), definition.ring().initialLogs(), configs);
    }

    private PlannedTopic topic(String name, int partitions, Map<String, String> own) {
        Map<String, String> configs = new HashMap<>(own);
        configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        configs.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
        configs.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(settings.minInsyncReplicas()));
        if (settings.flushEachRecord()) {
            configs.put(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "1");
        }
        return new PlannedTopic(name, partitions, settings.replicationFactor(), configs);
    }

    /** The same for definitions: whoever was away for less than a day sees which are gone. */
    public static Map<String, String> definitions() {
        Map<String, String> configs = new HashMap<>(lastWords());
        configs.put(
                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                Long.toString(Duration.ofDays(1).toMillis()));
        return configs;
    }

    private static Map<String, String> kept(Duration retention, long retentionBytes, int segmentBytes) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(retention.toMillis()),
                TopicConfig.RETENTION_BYTES_CONFIG,
                Long.toString(retentionBytes),
                TopicConfig.SEGMENT_BYTES_CONFIG,
                Integer.toString(segmentBytes),
                TopicConfig.SEGMENT_MS_CONFIG,
                Long.toString(Duration.ofDays(1).toMillis()));
    }
}
