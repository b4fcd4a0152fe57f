package io.ringmirror.schemas.topics;

import java.time.Duration;
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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
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
    /** What a dead writer left undecided is ended by the broker after so long, and its next check. */
    private static final int UNFINISHED_MS = 5_000;

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
        requireTopic();
        try (KafkaProducer<String, T> producer =
                new KafkaProducer<>(producerConfig(), new StringSerializer(), serde.serializer())) {
            calls.await("write to " + topic, producer.send(new ProducerRecord<>(topic, key, value)));
        }
    }

    /** Encodes a value as {@link #put} would. */
    void encode(T value) {
        serde.serializer().serialize(topic, value);
    }

    /**
     * Takes hold of a key: whoever was about to change it under the same transactional id can not any more, and its
     * latest record is known, whatever others left unfinished in the topic. Closed by the caller.
     */
    FencedKey<T> fence(String key, String transactionalId) {
        requireTopic();
        KafkaProducer<String, T> producer =
                new KafkaProducer<>(transactional(transactionalId), new StringSerializer(), serde.serializer());
        try {
            calls.call("take hold of '" + key + "' in " + topic, () -> {
                producer.initTransactions();
                return true;
            });
            return new FencedKey<>(topic, key, latestWritten(key), producer, calls);
        } catch (TransactionalIdAuthorizationException e) {
            producer.close(Duration.ZERO);
            throw new KafkaException(
                    "this user may not change '" + key + "' in " + topic
                            + ": Kafka wants the operations Write and Describe on transactional id " + transactionalId,
                    e);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    /** The latest record of a key among all that is in the log: what is undecided is waited for. */
    private Optional<ConsumerRecord<String, T>> latestWritten(String key) {
        Map<TopicPartition, Long> ends;
        try (KafkaConsumer<String, T> everything = calls.call("open a client", () -> consumer("read_uncommitted"))) {
            ends = calls.call(
                    "ask for the end of " + topic,
                    () -> everything.endOffsets(partitions(everything), calls.timeout()));
        }
        try (KafkaConsumer<String, T> consumer = calls.call("open a client", this::consumer)) {
            return Optional.ofNullable(
                    calls.call("read " + topic, () -> read(consumer, ends)).get(key));
        }
    }

    private void requireTopic() {
        try (KafkaConsumer<String, T> consumer = calls.call("open a client", this::consumer)) {
            calls.call("describe " + topic, () -> partitions(consumer));
        }
    }

    private SortedMap<String, T> readAll(KafkaConsumer<String, T> consumer) {
        SortedMap<String, T> latest = new TreeMap<>();
        read(consumer, consumer.endOffsets(partitions(consumer), calls.timeout()))
                .forEach((key, record) -> latest.put(key, record.value()));
        return latest;
    }

    private Map<String, ConsumerRecord<String, T>> read(
            KafkaConsumer<String, T> consumer, Map<TopicPartition, Long> ends) {
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
        Map<String, ConsumerRecord<String, T>> latest = new HashMap<>();
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

    private void take(ConsumerRecord<String, T> record, Map<String, ConsumerRecord<String, T>> latest) {
        if (record.value() == null) {
            latest.remove(record.key());
        } else {
            latest.put(record.key(), record);
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
        return consumer("read_committed");
    }

    private KafkaConsumer<String, T> consumer(String isolation) {
        return new KafkaConsumer<>(consumerConfig(isolation), new StringDeserializer(), serde.deserializer());
    }

    private Map<String, Object> consumerConfig(String isolation) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs());
        return config;
    }

    private Map<String, Object> transactional(String transactionalId) {
        Map<String, Object> config = producerConfig();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, UNFINISHED_MS);
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
