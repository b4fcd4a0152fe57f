package io.ringmirror.producer;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka producer whose transactional id is the mirror's id, so that a mirror has one writer whatever happens (KIP-98,
 * KIP-890). Settings that the promises rest on are forced over configured ones: acks=all, idempotence, no lingering, no
 * end to retries.
 */
public final class KafkaRingProducer implements RingProducer {
    /** Larger than any record, and large enough that throughput is the log's, not the batch's. */
    private static final int BATCH_BYTES = 1 << 20;

    private static final long BUFFER_SLACK_BYTES = 8L << 20;
    private static final int METADATA_MAX_AGE_MS = 1_000;
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(KafkaRingProducer.class);

    private final String topic;
    private final Producer<byte[], byte[]> producer;
    private boolean open;

    private KafkaRingProducer(String topic, Producer<byte[], byte[]> producer) {
        this.topic = topic;
        this.producer = producer;
    }

    /**
     * Makes the producer; nothing is sent and nobody fenced yet.
     *
     * @param properties Kafka client properties, bootstrap.servers among them
     * @param maxRecordBytes no record is larger
     */
    public static KafkaRingProducer open(
            String topic, UUID mirrorId, SourceSettings settings, int maxRecordBytes, Map<String, Object> properties) {
        Map<String, Object> forced = new HashMap<>(properties);
        forced.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        forced.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        forced.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, mirrorId.toString());
        forced.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Math.toIntExact(settings.transactionTimeout().toMillis()));
        forced.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        forced.put(ProducerConfig.ACKS_CONFIG, "all");
        forced.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        forced.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        forced.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(maxRecordBytes, BATCH_BYTES * 2));
        forced.put(ProducerConfig.BUFFER_MEMORY_CONFIG, settings.inflightBytes() + BUFFER_SLACK_BYTES);
        forced.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
        return new KafkaRingProducer(
                topic, new KafkaProducer<>(forced, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    @Override
    public void fence() {
        producer.initTransactions();
        producer.partitionsFor(topic);
        begin();
    }

    @Override
    public void send(int log, byte[] value, Outcome outcome) {
        try {
            Future<RecordMetadata> unused =
                    producer.send(new ProducerRecord<>(topic, log, null, value), (metadata, failure) -> {
                        if (failure == null) {
                            outcome.appended(metadata.offset(), metadata.timestamp());
                        } else {
                            outcome.failed(failure);
                        }
                    });
        } catch (KafkaException | IllegalStateException e) {
            outcome.failed(e);
        }
    }

    @Override
    public void renew() {
        producer.commitTransaction();
        begin();
    }

    @Override
    public void abort() throws FencedException {
        try {
            producer.abortTransaction();
            begin();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new FencedException("a newer owner has fenced this one: " + e.getMessage(), e);
        }
    }

    @Override
    public int logs() {
        return producer.partitionsFor(topic).size();
    }

    @Override
    public void close() {
        try {
            if (open) {
                producer.commitTransaction();
            }
        } catch (KafkaException e) {
            LOG.info("topic={} the last transaction was left open, which no reader minds: {}", topic, e.getMessage());
        } finally {
            producer.close(CLOSE_BOUND);
        }
    }

    private void begin() {
        open = false;
        producer.beginTransaction();
        open = true;
    }
}
