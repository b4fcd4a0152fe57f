package io.ringmirror.schemas.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A small compacted topic as a map from mirror to its latest record. Each call opens a client, waits a bounded time
 * and closes it; any thread. Only what is committed is read, and a record that cannot be read stops the reading with
 * its topic, partition and offset: nothing is skipped.
 *
 * @param <T> what the topic holds
 */
final class CompactedTopic<T> {
    private final String topic;
    private final Serde<T> serde;
    private final Map<String, ?> client;
    private final KafkaCalls calls;

    CompactedTopic(String topic, Serde<T> serde, Map<String, ?> client, Duration timeout) {
        this.topic = topic;
        this.serde = serde;
        this.client = Map.copyOf(client);
        this.calls = new KafkaCalls(String.valueOf(client.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG)), timeout);
    }

    /** The latest record of every key that is not deleted, as of this call or later. */
    SortedMap<String, T> readAll() {
        try (KafkaConsumer<String, T> consumer = calls.call("open a client", this::consumer)) {
            return calls.call("read " + topic, () -> readAll(consumer));
        }
    }

    /** The latest record of a key, unless it is deleted. */
    Optional<T> read(String key) {
        return Optional.ofNullable(readAll().get(key));
    }

    /** Puts a record, or with null deletes the key's; it is in the log when this returns. */
    void put(String key, T value) {
        try (KafkaConsumer<String, T> consumer = calls.call("open a client", this::consumer)) {
            calls.call("describe " + topic, () -> partitions(consumer));
        }
        try (KafkaProducer<String, T> producer =
                new KafkaProducer<>(producerConfig(), new StringSerializer(), serde.serializer())) {
            calls.await("write to " + topic, producer.send(new ProducerRecord<>(topic, key, value)));
        }
    }

    /** Encodes a value as {@link #put} would. */
    void encode(T value) {
        serde.serializer().serialize(topic, value);
    }

    private SortedMap<String, T> readAll(KafkaConsumer<String, T> consumer) {
        Collection<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, calls.timeout());
        SortedMap<String, T> latest = new TreeMap<>();
        long deadline = System.nanoTime() + calls.timeout().toNanos();
        while (!reached(consumer, ends)) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (left.isNegative()) {
                throw new org.apache.kafka.common.errors.TimeoutException("the end was not reached");
            }
            consumer.poll(left).forEach(record -> take(record, latest));
        }
        return latest;
    }

    private boolean reached(KafkaConsumer<String, T> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey(), calls.timeout()) >= end.getValue());
    }

    private void take(ConsumerRecord<String, T> record, Map<String, T> latest) {
        if (record.value() == null) {
            latest.remove(record.key());
        } else {
            latest.put(record.key(), record.value());
        }
    }

    /** Asked by a consumer, which unlike a producer does not make a missing topic. */
    private List<TopicPartition> partitions(KafkaConsumer<String, T> consumer) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic, calls.timeout());
        if (partitions == null || partitions.isEmpty()) {
            throw new TopicException(List.of(Finding.missingTopic(topic)));
        }
        return partitions.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    private KafkaConsumer<String, T> consumer() {
        return new KafkaConsumer<>(consumerConfig(), new StringDeserializer(), serde.deserializer());
    }

    private Map<String, Object> consumerConfig() {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs());
        return config;
    }

    private Map<String, Object> producerConfig() {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMs());
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs());
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs());
        return config;
    }

    private int timeoutMs() {
        return Math.toIntExact(calls.timeout().toMillis());
    }
}
