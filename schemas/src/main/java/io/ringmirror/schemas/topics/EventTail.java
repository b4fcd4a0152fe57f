package io.ringmirror.schemas.topics;

import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.serde.Unreadable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What servers state from now on, read past the tracker: for those who wait for the outcome of an order, whether or not
 * a tracker runs. An event that cannot be read is passed over: others repeat what it said. Used by one thread and closed
 * by it.
 */
public final class EventTail implements AutoCloseable {
    private final KafkaConsumer<String, byte[]> consumer;
    private final Deserializer<Event> reader;

    private EventTail(KafkaConsumer<String, byte[]> consumer, Deserializer<Event> reader) {
        this.consumer = consumer;
        this.reader = reader;
    }

    /**
     * Begins at the end of the events topic, as it is when this returns.
     *
     * @param client Kafka's client properties, {@code bootstrap.servers} among them
     * @param timeout the longest wait for an answer
     * @throws ClusterUnreachableException if no broker answers in time
     * @throws TopicException if the topic is missing
     */
    public static EventTail open(TopicNames names, MirrorSerdes serdes, Map<String, ?> client, Duration timeout) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        KafkaCalls calls = new KafkaCalls(String.valueOf(client.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG)), timeout);
        KafkaConsumer<String, byte[]> consumer = calls.call(
                "open a client",
                () -> new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer()));
        EventTail tail = new EventTail(consumer, serdes.events().deserializer());
        try {
            calls.call("read " + names.events(), () -> tail.seekToEnd(names.events()));
            return tail;
        } catch (RuntimeException e) {
            tail.close();
            throw e;
        }
    }

    /** The next events, in order for each mirror; empty if none came within the wait. */
    public List<Event> poll(Duration wait) {
        List<Event> events = new ArrayList<>();
        consumer.poll(wait).forEach(record -> event(record).ifPresent(events::add));
        return events;
    }

    @Override
    public void close() {
        consumer.close();
    }

    private Optional<Event> event(ConsumerRecord<String, byte[]> record) {
        try {
            return Optional.ofNullable(reader.deserialize(record.topic(), record.value()));
        } catch (RuntimeException e) {
            if (Unreadable.mayBeReadLater(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private List<TopicPartition> seekToEnd(String topic) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new TopicException(List.of(Finding.missingTopic(topic)));
        }
        List<TopicPartition> all = partitions.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
        return all;
    }
}
