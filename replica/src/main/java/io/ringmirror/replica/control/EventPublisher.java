package io.ringmirror.replica.control;

import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * States facts on the events topic, without waiting: one plain idempotent producer for all mirrors of a server, apart
 * from the fenced ones, so that facts are told whatever becomes of a transaction. An event that cannot be sent is counted
 * and dropped: events are cumulative and each beat says everything again. Any thread.
 */
public final class EventPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);
    private static final long BUFFER_BYTES = 4L << 20;
    private static final long PROBE_PAUSE_NS = 5_000_000;

    private final String topic;
    private final Producer<String, Event> producer;
    private final Map<UUID, CompletableFuture<Answer>> awaited = new ConcurrentHashMap<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private volatile boolean dropping;

    /**
     * What a server said to an order.
     *
     * @param logTimeMs when that came into the topic, by the log's clock, milliseconds since the epoch
     */
    public record Answer(Fact fact, long logTimeMs) {}

    EventPublisher(String topic, Producer<String, Event> producer) {
        this.topic = topic;
        this.producer = producer;
    }

    /**
     * Opens the producer and waits until the topic is known, so that no later call has to.
     *
     * @param bound the longest it waits
     * @throws TimeoutException if the topic is not there, or no broker answers in time
     */
    public static EventPublisher open(
            TopicNames names, Map<String, Object> properties, Serializer<Event> serializer, Duration bound) {
        Map<String, Object> forced = new HashMap<>(properties);
        forced.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        forced.put(ProducerConfig.ACKS_CONFIG, "all");
        forced.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        forced.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        return open(new KafkaProducer<>(forced, new StringSerializer(), serializer), names.events(), bound);
    }

    /** With a producer that is this one's own from here on: it is closed if the topic cannot be had. */
    static EventPublisher open(Producer<String, Event> producer, String topic, Duration bound) {
        try {
            awaitMetadata(producer, topic, bound);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
        return new EventPublisher(topic, producer);
    }

    /** As no call may wait, each asks for the metadata and fails until it has come. */
    private static void awaitMetadata(Producer<String, Event> producer, String topic, Duration bound) {
        long startNs = System.nanoTime();
        while (true) {
            try {
                producer.partitionsFor(topic);
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() - startNs > bound.toNanos()) {
                    throw new TimeoutException(
                            "nothing was heard of topic " + topic + " within " + bound.toMillis() + " ms", e);
                }
                LockSupport.parkNanos(PROBE_PAUSE_NS);
            }
        }
    }

    /** Sends an event, or drops it if that would have to wait. */
    public void publish(Event event) {
        try {
            Future<RecordMetadata> unused =
                    producer.send(new ProducerRecord<>(topic, event.mirror(), event), (metadata, failure) -> {
                        if (failure == null) {
                            sent.increment();
                            dropping = false;
                            answered(event.fact(), metadata.timestamp());
                        } else {
                            drop(event, failure);
                        }
                    });
        } catch (KafkaException e) {
            drop(event, e);
        }
    }

    /**
     * Completes when the first answer to an order is in the topic; exceptionally if none is within the bound. To be asked
     * before the answer is given.
     */
    public CompletableFuture<Answer> answerTo(UUID commandId, Duration bound) {
        CompletableFuture<Answer> answer = awaited.computeIfAbsent(commandId, id -> new CompletableFuture<>());
        return answer.orTimeout(bound.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((given, failure) -> awaited.remove(commandId, answer));
    }

    private void answered(Fact fact, long logTimeMs) {
        Optional<UUID> order = fact instanceof Fact.Ready ready
                ? Optional.of(ready.commandId())
                : fact instanceof Fact.Refused refused ? Optional.of(refused.commandId()) : Optional.empty();
        order.map(awaited::get).ifPresent(answer -> answer.complete(new Answer(fact, logTimeMs)));
    }

    /** Events that the topic has. */
    public long sent() {
        return sent.sum();
    }

    /** Events given up; what they said is repeated by later ones. */
    public long dropped() {
        return dropped.sum();
    }

    /** Sends what is waiting, within 5 seconds, and closes. */
    @Override
    public void close() {
        producer.close(CLOSE_BOUND);
    }

    private void drop(Event event, Exception failure) {
        dropped.increment();
        if (dropping) {
            return;
        }
        dropping = true;
        LOG.warn(
                "mirror={} event {} dropped, and those that follow until one is sent; later ones repeat them: {}",
                event.mirror(),
                event.fact().getClass().getSimpleName(),
                failure.getMessage());
    }
}
