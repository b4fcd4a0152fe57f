package io.ringmirror.schemas.topics;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Header;

/**
 * A key of a compacted topic in one writer's hand: its latest record is known, and what this writes takes its place only
 * if nobody took the key in hand after it. One thread; closed by whoever took it.
 *
 * @param <T> what the topic holds
 */
final class FencedKey<T> implements AutoCloseable {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(1);

    private final String topic;
    private final String key;
    private final Optional<ConsumerRecord<String, T>> latest;
    private final KafkaProducer<String, T> producer;
    private final KafkaCalls calls;
    private final Runnable awaitShown;

    FencedKey(
            String topic,
            String key,
            Optional<ConsumerRecord<String, T>> latest,
            KafkaProducer<String, T> producer,
            KafkaCalls calls,
            Runnable awaitShown) {
        this.topic = topic;
        this.key = key;
        this.latest = latest;
        this.producer = producer;
        this.calls = calls;
        this.awaitShown = awaitShown;
    }

    /** The latest record, unless there is none or it is deleted. */
    Optional<ConsumerRecord<String, T>> latest() {
        return latest;
    }

    /**
     * Puts a record, or with null deletes the key's; readers of what is committed see it when this returns.
     *
     * @throws ProducerFencedException if somebody else has the key in hand; nothing is written then
     */
    void write(T value, Header header) {
        ProducerRecord<String, T> record = new ProducerRecord<>(topic, key, value);
        record.headers().add(header);
        try {
            producer.beginTransaction();
            calls.await("write to " + topic, producer.send(record));
            calls.call("commit to " + topic, () -> {
                producer.commitTransaction();
                return true;
            });
            // A commit is answered before its marker is in the log, and until then readers do not see the record.
            awaitShown.run();
        } catch (RuntimeException e) {
            throw isFenced(e) ? new ProducerFencedException("another writer has taken '" + key + "'") : e;
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_BOUND);
    }

    private static boolean isFenced(Throwable failure) {
        return failure != null
                && (failure instanceof ProducerFencedException
                        || failure instanceof InvalidProducerEpochException
                        || isFenced(failure.getCause()));
    }
}
