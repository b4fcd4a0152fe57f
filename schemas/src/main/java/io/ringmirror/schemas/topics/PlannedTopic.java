package io.ringmirror.schemas.topics;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;

/** A topic as it should be: {@code partitions} is the least number, and only the keys of {@code configs} are ours. */
public record PlannedTopic(String name, int partitions, short replicationFactor, Map<String, String> configs) {
    public PlannedTopic {
        configs = Map.copyOf(configs);
    }

    NewTopic toNewTopic() {
        return new NewTopic(name, partitions, replicationFactor).configs(new TreeMap<>(configs));
    }
}
