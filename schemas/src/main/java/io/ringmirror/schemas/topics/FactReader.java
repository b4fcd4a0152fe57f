package io.ringmirror.schemas.topics;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks a cluster for the facts that {@link TopicCheck} judges. Any thread. */
final class FactReader {
    private final Admin admin;
    private final KafkaCalls calls;

    FactReader(Admin admin, KafkaCalls calls) {
        this.admin = admin;
        this.calls = calls;
    }

    ClusterFacts read(Collection<String> topicNames) {
        DescribeClusterResult cluster = admin.describeCluster();
        String clusterId = calls.await("describe the cluster", cluster.clusterId());
        Map<Integer, Map<String, String>> brokers = new HashMap<>();
        for (Node node : calls.await("describe the cluster", cluster.nodes())) {
            brokers.put(node.id(), config(ConfigResource.Type.BROKER, node.idString()));
        }
        TopicFacts transactions = Optional.ofNullable(
                        topics(List.of(ClusterFacts.TRANSACTION_STATE)).get(ClusterFacts.TRANSACTION_STATE))
                .orElseGet(() -> transactionsToBe(brokers.values().iterator().next()));
        return new ClusterFacts(clusterId, topics(topicNames), transactions, transactionVersion(), brokers);
    }

    /** The topics that exist, by name. */
    Map<String, TopicFacts> topics(Collection<String> names) {
        Map<String, TopicFacts> found = new HashMap<>();
        admin.describeTopics(names)
                .topicNameValues()
                .forEach((name, description) -> describe(name, description).ifPresent(topic -> found.put(name, topic)));
        return found;
    }

    /** The ids of the topics that exist, by name, and nothing else of them. */
    Map<String, Uuid> ids(Collection<String> names) {
        Map<String, Uuid> ids = new HashMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, description) -> {
            try {
                ids.put(name, calls.await("describe " + name, description).topicId());
            } catch (UnknownTopicOrPartitionException e) {
                // Left out, as it does not exist.
            }
        });
        return ids;
    }

    Optional<TopicFacts> topic(String name) {
        return Optional.ofNullable(topics(List.of(name)).get(name));
    }

    private Optional<TopicFacts> describe(String name, KafkaFuture<TopicDescription> description) {
        try {
            TopicDescription topic = calls.await("describe " + name, description);
            int copies = topic.partitions().stream()
                    .map(TopicPartitionInfo::replicas)
                    .mapToInt(List::size)
                    .min()
                    .orElse(0);
            Map<String, String> config = config(ConfigResource.Type.TOPIC, name);
            return Optional.of(
                    new TopicFacts(name, topic.topicId(), topic.partitions().size(), copies, config));
        } catch (UnknownTopicOrPartitionException e) {
            return Optional.empty();
        }
    }

    private Map<String, String> config(ConfigResource.Type type, String name) {
        ConfigResource resource = new ConfigResource(type, name);
        Config config = calls.await(
                "describe the settings of " + (type == ConfigResource.Type.BROKER ? "broker " : "") + name,
                admin.describeConfigs(List.of(resource)).values().get(resource));
        return config.entries().stream()
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toUnmodifiableMap(ConfigEntry::name, ConfigEntry::value));
    }

    private int transactionVersion() {
        FinalizedVersionRange range = calls.await(
                        "describe features", admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get("transaction.version");
        return range == null ? 0 : range.maxVersionLevel();
    }

    /** Brokers make the topic of transactions with the first one, by these settings of theirs. */
    private static TopicFacts transactionsToBe(Map<String, String> broker) {
        return new TopicFacts(
                ClusterFacts.TRANSACTION_STATE,
                Uuid.ZERO_UUID,
                Integer.parseInt(broker.getOrDefault("transaction.state.log.num.partitions", "50")),
                Integer.parseInt(broker.getOrDefault("transaction.state.log.replication.factor", "3")),
                Map.of(
                        TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                        broker.getOrDefault("transaction.state.log.min.isr", "2"),
                        TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
                        "false",
                        TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG,
                        broker.getOrDefault("log.flush.interval.messages", Long.toString(Long.MAX_VALUE))));
    }
}
