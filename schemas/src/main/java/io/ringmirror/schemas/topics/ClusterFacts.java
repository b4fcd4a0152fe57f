package io.ringmirror.schemas.topics;

import java.util.Map;

/**
 * What a cluster says of itself, as far as {@link TopicCheck} asks.
 *
 * @param clusterId the cluster's id
 * @param topics by name; a topic that was asked for and is missing here does not exist
 * @param transactionState the topic of transactions, as it is or, before the first one, as brokers would make it
 * @param transactionVersion the finalized level of the feature {@code transaction.version}
 * @param brokers the effective configuration of each broker, by its id
 */
public record ClusterFacts(
        String clusterId,
        Map<String, TopicFacts> topics,
        TopicFacts transactionState,
        int transactionVersion,
        Map<Integer, Map<String, String>> brokers) {
    /** Kafka's own topic of transactions. */
    static final String TRANSACTION_STATE = "__transaction_state";

    public ClusterFacts {
        topics = Map.copyOf(topics);
        brokers = Map.copyOf(brokers);
    }
}
