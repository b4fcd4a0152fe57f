package io.ringmirror.schemas.topics;

import io.ringmirror.schemas.serde.Unreadable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A small compacted topic as a map from mirror to its latest record. Each call opens a client, waits a bounded time for
 * each answer, however much there is to read while it comes, and closes the client; any thread. Only what is committed is
 * read. A latest record that cannot be read is told of with its topic, partition and offset, and is nobody else's matter.
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

    /**
     * The latest records of the keys that are not deleted.
     *
     * @param records by key
     * @param unreadable why a latest record could not be read, by key
     */
    record Contents<T>(SortedMap<String, T> records, SortedMap<String, String> unreadable) {}

    /** The latest record of every key that is not deleted, as of this call or later. */
    Contents<T> readAll() {
        try (KafkaConsumer<String, byte[]> consumer = calls.call("open a client", this::consumer)) {
            return decoded(calls.call(
                            "read " + topic, () -> latest(consumer, ends(consumer), calls.timeout(), System::nanoTime))
                    .values());
        }
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
            return new FencedKey<>(topic, key, latestWritten(key), producer, calls, () -> latestWritten(key));
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
        try (KafkaConsumer<String, byte[]> everything =
                calls.call("open a client", () -> consumer("read_uncommitted"))) {
            ends = calls.call("ask for the end of " + topic, () -> ends(everything));
        }
        try (KafkaConsumer<String, byte[]> consumer = calls.call("open a client", this::consumer)) {
            return Optional.ofNullable(
                            calls.call("read " + topic, () -> latest(consumer, ends, calls.timeout(), System::nanoTime))
                                    .get(key))
                    .filter(record -> record.value() != null)
                    .map(this::decoded);
        }
    }

    /** A record that somebody goes by, so one that cannot be read is a failure. */
    private ConsumerRecord<String, T> decoded(ConsumerRecord<String, byte[]> record) {
        try {
            return new ConsumerRecord<>(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.timestamp(),
                    record.timestampType(),
                    record.serializedKeySize(),
                    record.serializedValueSize(),
                    record.key(),
                    serde.deserializer().deserialize(record.topic(), record.value()),
                    record.headers(),
                    record.leaderEpoch());
        } catch (SerializationException e) {
            throw Unreadable.mayBeReadLater(e)
                    ? e
                    : new SerializationException(
                            Unreadable.at(record.topic(), record.partition(), record.offset(), e.getMessage()), e);
        }
    }

    private Map<TopicPartition, Long> ends(KafkaConsumer<String, byte[]> consumer) {
        return consumer.endOffsets(partitions(consumer), calls.timeout());
    }

    private void requireTopic() {
        try (KafkaConsumer<String, byte[]> consumer = calls.call("open a client", this::consumer)) {
            calls.call("describe " + topic, () -> partitions(consumer));
        }
    }

    /**
     * The latest record of each key, deleted or not, up to these ends or later.
     *
     * @param ends the offsets to read to
     * @param timeout the longest that nothing comes
     */
    static Map<String, ConsumerRecord<String, byte[]>> latest(
            Consumer<String, byte[]> consumer,
            Map<TopicPartition, Long> ends,
            Duration timeout,
            LongSupplier nanoTime) {
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
        Map<String, ConsumerRecord<String, byte[]>> latest = new HashMap<>();
        long deadline = nanoTime.getAsLong() + timeout.toNanos();
        while (!reached(consumer, ends, timeout)) {
            Duration left = Duration.ofNanos(deadline - nanoTime.getAsLong());
            if (left.isNegative()) {
                throw new org.apache.kafka.common.errors.TimeoutException("nothing more came");
            }
            ConsumerRecords<String, byte[]> come = consumer.poll(left);
            come.forEach(record -> latest.put(String.valueOf(record.key()), record));
            if (!come.isEmpty()) {
                deadline = nanoTime.getAsLong() + timeout.toNanos();
            }
        }
        return latest;
    }

    private static boolean reached(
            Consumer<String, byte[]> consumer, Map<TopicPartition, Long> ends, Duration timeout) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey(), timeout) >= end.getValue());
    }

    private Contents<T> decoded(Collection<ConsumerRecord<String, byte[]>> latest) {
        SortedMap<String, T> records = new TreeMap<>();
        SortedMap<String, String> unreadable = new TreeMap<>();
        for (ConsumerRecord<String, byte[]> record : latest) {
            if (record.value() == null) {
                continue;
            }
            try {
                records.put(
                        String.valueOf(record.key()), serde.deserializer().deserialize(record.topic(), record.value()));
            } catch (RuntimeException e) {
                if (Unreadable.mayBeReadLater(e)) {
                    throw e;
                }
                unreadable.put(
                        String.valueOf(record.key()),
                        Unreadable.at(record.topic(), record.partition(), record.offset(), e.getMessage()));
            }
        }
        return new Contents<>(records, unreadable);
    }

    /** Asked by a consumer, which unlike a producer does not make a missing topic. */
    private List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic, calls.timeout());
        if (partitions == null || partitions.isEmpty()) {
            throw new TopicException(List.of(Finding.missingTopic(topic)));
        }
        return partitions.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    private KafkaConsumer<String, byte[]> consumer() {
        return consumer("read_committed");
    }

    private KafkaConsumer<String, byte[]> consumer(String isolation) {
        return new KafkaConsumer<>(consumerConfig(isolation), new StringDeserializer(), new ByteArrayDeserializer());
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
