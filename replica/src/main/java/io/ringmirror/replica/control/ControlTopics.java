package io.ringmirror.replica.control;

import io.ringmirror.schemas.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Where a {@link ControlFeed} begins to read, and how far "everything there was" goes: definitions and status from
 * their start, commands from now on, since an order given to a server that was down is not carried out late.
 */
record ControlTopics(Map<TopicPartition, Long> endOffsets) {

    static ControlTopics assign(Consumer<String, byte[]> consumer, TopicNames names) {
        List<TopicPartition> kept = partitions(consumer, names.definitions());
        kept.addAll(partitions(consumer, names.status()));
        List<TopicPartition> orders = partitions(consumer, names.commands());
        List<TopicPartition> all = new ArrayList<>(kept);
        all.addAll(orders);
        consumer.assign(all);
        consumer.seekToBeginning(kept);
        Map<TopicPartition, Long> ends = consumer.endOffsets(all);
        orders.forEach(partition -> consumer.seek(partition, ends.get(partition)));
        return new ControlTopics(ends);
    }

    /** Tells whether the consumer is past everything that was there when it was assigned. */
    boolean passed(Consumer<String, byte[]> consumer) {
        return endOffsets.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private static List<TopicPartition> partitions(Consumer<String, byte[]> consumer, String topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        if (partitions.isEmpty()) {
            throw new UnknownTopicOrPartitionException(
                    "topic " + topic + " is not there; make it with: ringmirror topics --execute");
        }
        return partitions;
    }
}
