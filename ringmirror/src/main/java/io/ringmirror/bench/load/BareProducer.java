package io.ringmirror.bench.load;

import io.ringmirror.bench.Measurement;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The log without a mirror: Kafka's producer, transactional, acks=all, with batches as large as a source's, no lingering and
 * a fixed number of records in flight. A latency ends when the thread that sent has the answer, as an NBD client's ends when
 * the client has its reply. One thread.
 */
public final class BareProducer implements AutoCloseable {
    private static final Duration ANSWER_BOUND = Duration.ofMinutes(2);

    /** What stands around a write's data in a record. */
    private static final int AROUND_BYTES = 40;

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;

    /**
     * Opens one under a name of its own.
     *
     * @param properties Kafka's, bootstrap.servers among them
     * @param requests produce requests on their way to a broker at a time: Kafka's default is 5, a source has 1
     */
    public BareProducer(String topic, Map<String, Object> properties, int requests) {
        Map<String, Object> all = new HashMap<>();
        all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        all.putAll(properties);
        all.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, requests);
        all.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, UUID.randomUUID().toString());
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        all.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20);
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1 << 21);
        all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 256L << 20);
        this.topic = topic;
        this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
    }

    /** Appends to log 0 for so long. */
    public Measurement run(int blockBytes, int depth, Duration duration) throws IOException, InterruptedException {
        Histogram latenciesNs = new Histogram(3);
        Answers answers = new Answers();
        byte[] value = new byte[blockBytes + AROUND_BYTES];
        fillHalf(value);
        producer.beginTransaction();
        long startNs = System.nanoTime();
        long endNs = startNs + duration.toNanos();
        int inFlight = 0;
        for (long sentNs = startNs; sentNs < endNs; inFlight++) {
            if (inFlight == depth) {
                latenciesNs.recordValue(answers.await());
                inFlight--;
            }
            sentNs = System.nanoTime();
            send(value, answers, sentNs);
        }
        for (; inFlight > 0; inFlight--) {
            latenciesNs.recordValue(answers.await());
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        producer.commitTransaction();
        return Measurement.ofOperations(latenciesNs, blockBytes, seconds);
    }

    private void send(byte[] value, Answers answers, long sentNs) {
        Future<RecordMetadata> unused = producer.send(
                new ProducerRecord<>(topic, 0, null, value), (metadata, problem) -> answers.add(sentNs, problem));
    }

    /** What the producer's thread tells the one that waits, which never holds it up. */
    private static final class Answers {
        private final Queue<Long> sentNs = new ConcurrentLinkedQueue<>();
        private final Semaphore told = new Semaphore(0);
        private volatile Exception failure;

        void add(long recordSentNs, Exception problem) {
            if (problem != null) {
                failure = problem;
            }
            sentNs.add(recordSentNs);
            told.release();
        }

        /** Waits for one; returns how many nanoseconds ago its record was sent. */
        long await() throws IOException, InterruptedException {
            if (!told.tryAcquire(ANSWER_BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the log did not answer within " + ANSWER_BOUND.toSeconds() + " s");
            }
            if (failure != null) {
                throw new IOException("the log did not take a record: " + failure.getMessage(), failure);
            }
            return System.nanoTime() - sentNs.remove();
        }
    }

    /** Half of it compresses, as that of the NBD clients does. */
    private static void fillHalf(byte[] value) {
        SplittableRandom random = new SplittableRandom(1);
        for (int at = 0; at < value.length / 2; at++) {
            value[at] = (byte) random.nextInt();
        }
    }

    @Override
    public void close() {
        producer.close(ANSWER_BOUND);
    }
}
