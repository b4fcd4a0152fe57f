package io.ringmirror.torture;

import io.ringmirror.schemas.LogRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads a ring from its first record on with a plain consumer, uncommitted, on a thread of its own that lives until
 * closed. Retention must keep released records longer than it may lag.
 */
final class RingFollower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);

    private final String topic;
    private final RingOrder order;
    private final KafkaConsumer<byte[], LogRecord> consumer;
    private final Thread thread;
    private volatile boolean closed;
    private volatile String failure;
    private TopicPartition current;

    private RingFollower(String topic, RingOrder order, KafkaConsumer<byte[], LogRecord> consumer) {
        this.topic = topic;
        this.order = order;
        this.consumer = consumer;
        this.thread = new Thread(this::run, "follow-" + topic);
        thread.setDaemon(true);
    }

    /** Starts following. */
    static RingFollower start(
            String topic, Map<String, Object> client, Deserializer<LogRecord> deserializer, RingOrder order) {
        Map<String, Object> config = new HashMap<>(client);
        config.put("isolation.level", "read_uncommitted");
        config.put("auto.offset.reset", "none");
        config.put("enable.auto.commit", "false");
        config.put("allow.auto.create.topics", "false");
        config.put("metadata.max.age.ms", "1000");
        RingFollower follower =
                new RingFollower(topic, order, new KafkaConsumer<>(config, new ByteArrayDeserializer(), deserializer));
        follower.thread.start();
        return follower;
    }

    /** Why it follows no more, if it had to end by itself. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(CLOSE_BOUND.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            goOn(new RingOrder.Place(0, 0));
            while (!closed) {
                take(consumer.poll(POLL).records(current));
            }
        } catch (WakeupException e) {
            // Closed.
        } catch (KafkaException | IllegalArgumentException e) {
            failure = "the ring " + topic + " cannot be followed: " + e.getMessage();
        }
    }

    private void take(List<ConsumerRecord<byte[], LogRecord>> records) {
        for (ConsumerRecord<byte[], LogRecord> record : records) {
            RingOrder.Place next =
                    order.take(record.value(), "log " + record.partition() + ", offset " + record.offset());
            if (next != null) {
                goOn(next);
                return;
            }
        }
    }

    private void goOn(RingOrder.Place place) {
        TopicPartition partition = new TopicPartition(topic, place.log());
        if (!partition.equals(current)) {
            consumer.assign(List.of(partition));
            current = partition;
        }
        consumer.seek(partition, place.offset());
    }
}
