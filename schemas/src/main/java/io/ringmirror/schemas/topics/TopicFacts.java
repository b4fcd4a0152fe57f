package io.ringmirror.schemas.topics;

import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * A topic as the cluster describes it.
 *
 * @param topicId which changes when a topic is deleted and made anew
 * @param partitions their number
 * @param replicationFactor of the partition that has fewest copies
 * @param configs the effective value of every key
 */
public record TopicFacts(
        String name, Uuid topicId, int partitions, int replicationFactor, Map<String, String> configs) {
    public TopicFacts {
        configs = Map.copyOf(configs);
    }
}
