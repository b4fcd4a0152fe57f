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

    private static final Duration EVENT_RETENTION = Duration.ofDays(365);
    private static final Duration COMMAND_RETENTION = Duration.ofDays(1);

    private final TopicNames names;
    private final TopicSettings settings;

    public TopicPlan(TopicNames names, TopicSettings settings) {
        this.names = names;
        this.settings = settings;
    }

    /** The topics that all mirrors share: definitions, events, status, commands. */
    public List<PlannedTopic> shared() {
        return List.of(
                topic(names.definitions(), 1, compacted()),
                topic(names.events(), 1, keptFor(EVENT_RETENTION)),
                topic(names.status(), 1, compacted()),
                topic(names.commands(), 1, keptFor(COMMAND_RETENTION)));
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

    private static Map<String, String> compacted() {
        return Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    }

    private static Map<String, String> keptFor(Duration retention) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(retention.toMillis()));
    }
}
