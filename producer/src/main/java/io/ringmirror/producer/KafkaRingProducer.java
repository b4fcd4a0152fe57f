package io.ringmirror.producer;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka producer whose transactional id is the mirror's, so that a mirror has one writer whatever happens (KIP-98,
 * KIP-890). Settings that the promises rest on are forced over configured ones: acks=all, idempotence, no lingering, no
 * end to retries.
 *
 * <p>One batch is on its way at a time, and everything handed over meanwhile goes with the next: a broker serves one
 * request of a connection after the other anyway, so more of them would only make batches smaller.
 *
 * <p>A transaction is never committed, only given up. Brokers give up one that is too old; a commit that reaches them
 * afterwards, as one does that an outage held up, ends its producer for good. To an abort they say that it is done
 * (KIP-890: a repetition of what has ended the same way), and only to a fenced producer that it is fenced. No reader of a
 * ring asks how a transaction ended.
 */
public final class KafkaRingProducer implements RingProducer {
    /** Takes the largest record of a write whole, with what is around it, so that its memory is used again. */
    private static final int BATCH_BYTES = WritePath.MAX_DATA_BYTES + (16 << 10);

    /** The batch on its way, those behind it and one that fills take their whole size, however little they hold. */
    private static final long BUFFER_SLACK_BYTES = 8L * BATCH_BYTES;

    /** No call of Kafka's waits by itself: {@link #send} is made on event loops, which others need meanwhile. */
    private static final int MAX_BLOCK_MS = 0;

    /**
     * The longest that {@link #fence} waits for brokers, where {@code max.block.ms} says nothing else: whoever waits for the
     * role waits for them, too.
     */
    private static final long FENCE_PATIENCE_MS = 60_000;

    /** The longest that one renewal waits for brokers; whoever calls repeats it. */
    private static final Duration RENEWAL_PATIENCE = Duration.ofSeconds(2);

    /** Between two looks whether brokers have answered, in milliseconds. */
    private static final ExponentialBackoff LOOKS = new ExponentialBackoff(1, 2, 50, 0);

    private static final int METADATA_MAX_AGE_MS = 1_000;
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(KafkaRingProducer.class);

    private final String topic;
    private final String transactionalId;
    private final Producer<byte[], byte[]> producer;
    private final Duration fencePatience;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean unknown;

    private KafkaRingProducer(
            String topic, String transactionalId, Producer<byte[], byte[]> producer, Duration fencePatience) {
        this.topic = topic;
        this.transactionalId = transactionalId;
        this.producer = producer;
        this.fencePatience = fencePatience;
    }

    /**
     * Makes the producer; nothing is sent and nobody fenced yet.
     *
     * @param transactionalId of the mirror's writer, whoever it is
     * @param properties Kafka client properties, bootstrap.servers among them; {@code max.block.ms} bounds the fence alone
     * @param maxRecordBytes no record is larger
     */
    public static KafkaRingProducer open(
            String topic,
            String transactionalId,
            SourceSettings settings,
            int maxRecordBytes,
            Map<String, Object> properties) {
        Duration fencePatience = fencePatience(properties);
        Map<String, Object> forced = new HashMap<>(properties);
        forced.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        // As the system sees fit: a batch of a MiB is then handed to it at once, not in eight pieces.
        forced.putIfAbsent(ProducerConfig.SEND_BUFFER_CONFIG, -1);
        forced.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        forced.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Math.toIntExact(settings.transactionTimeout().toMillis()));
        forced.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        forced.put(ProducerConfig.ACKS_CONFIG, "all");
        forced.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        forced.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        forced.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        forced.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        forced.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        forced.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        forced.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(maxRecordBytes, BATCH_BYTES * 2));
        forced.put(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes(settings.inflightBytes()));
        forced.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
        // The other way (KIP-899) forgets all topics as soon as no broker answers; the next send then waits for one.
        forced.put(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, MetadataRecoveryStrategy.NONE.name);
        return new KafkaRingProducer(
                topic,
                transactionalId,
                new KafkaProducer<>(forced, new ByteArraySerializer(), new ByteArraySerializer()),
                fencePatience);
    }

    private static Duration fencePatience(Map<String, Object> properties) {
        String key = ProducerConfig.MAX_BLOCK_MS_CONFIG;
        Object configured = properties.getOrDefault(key, FENCE_PATIENCE_MS);
        return Duration.ofMillis((Long) ConfigDef.parseType(key, configured, ConfigDef.Type.LONG));
    }

    /**
     * Enough that a send never waits for memory: a batch takes its whole size though the next record may not fit into
     * it, so that two neighbours hold more than one batch between them.
     */
    static long bufferBytes(long inflightBytes) {
        return 2 * inflightBytes + BUFFER_SLACK_BYTES;
    }

    @Override
    public void fence() {
        try {
            patiently(fencePatience, producer::initTransactions);
        } catch (TimeoutException e) {
            throw new TimeoutException(
                    "brokers let nobody in as the writer of " + topic + ": " + e.getMessage()
                            + "; where this lasts though all of them run, see what 'ringmirror refence' shows of its mirror",
                    e);
        } catch (KafkaException e) {
            throw isForWantOfARight(e) ? new KafkaException(mayNot(), e) : e;
        }
        patiently(fencePatience, () -> producer.partitionsFor(topic));
        producer.beginTransaction();
    }

    /** A call that is repeated after such an answer is refused in other words. */
    private static boolean isForWantOfARight(Throwable failure) {
        return failure instanceof TransactionalIdAuthorizationException
                || (failure.getCause() != null && isForWantOfARight(failure.getCause()));
    }

    private String mayNot() {
        return "this user may not be the writer of " + topic
                + ": Kafka wants the operations Write and Describe on transactional id " + transactionalId;
    }

    @Override
    public boolean send(int log, byte[] value, Outcome outcome) {
        if (log >= logs()) {
            return false;
        }
        underWay.incrementAndGet();
        try {
            Future<RecordMetadata> unused =
                    producer.send(new ProducerRecord<>(topic, log, null, value), (metadata, failure) -> {
                        boolean last = underWay.decrementAndGet() == 0;
                        if (failure == null) {
                            outcome.appended(metadata.offset(), metadata.timestamp(), last);
                        } else {
                            outcome.failed(failure);
                        }
                    });
        } catch (KafkaException | IllegalStateException e) {
            underWay.decrementAndGet();
            outcome.failed(e);
        }
        return true;
    }

    @Override
    public void renew() throws FencedException {
        try {
            patiently(RENEWAL_PATIENCE, producer::abortTransaction);
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new FencedException("a newer owner has fenced this one: " + e.getMessage(), e);
        }
        producer.beginTransaction();
    }

    @Override
    public int logs() {
        try {
            int known = producer.partitionsFor(topic).size();
            unknown = false;
            return known;
        } catch (KafkaException e) {
            if (!unknown) {
                unknown = true;
                LOG.info("topic={} nothing is known of its logs now, records wait: {}", topic, e.getMessage());
            }
            return 0;
        }
    }

    /** With records under way there is nothing to wait for: nobody is told of them any more. */
    @Override
    public void close() {
        producer.close(underWay.get() > 0 ? Duration.ZERO : CLOSE_BOUND);
    }

    /** Makes a call until brokers have answered it; such a call may be repeated, and goes on where it was. */
    private static void patiently(Duration patience, Runnable call) {
        long startNs = System.nanoTime();
        for (int looks = 0; ; looks++) {
            try {
                call.run();
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() - startNs > patience.toNanos()) {
                    throw new TimeoutException("no answer from brokers within " + patience.toSeconds() + " s", e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOKS.backoff(looks)));
            }
        }
    }
}
