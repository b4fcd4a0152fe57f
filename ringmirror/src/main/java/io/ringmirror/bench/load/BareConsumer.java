package io.ringmirror.bench.load;

import io.ringmirror.bench.Measurement;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A log read by Kafka's consumer and thrown away: what a destination can be at the most. One thread. */
public final class BareConsumer {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration STALL_BOUND = Duration.ofMinutes(1);

    private final String topic;
    private final Map<String, Object> properties;

    /** @param properties Kafka's, bootstrap.servers among them */
    public BareConsumer(String topic, Map<String, Object> properties) {
        this.topic = topic;
        this.properties = new HashMap<>(properties);
        this.properties.put(ConsumerConfig.GROUP_ID_CONFIG, "bare-" + UUID.randomUUID());
        this.properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
    }

    /** Reads everything that is there now, all logs at once. */
    public Measurement run() throws IOException {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> logs = consumer.partitionsFor(topic).stream()
                    .map(BareConsumer::log)
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(logs);
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(logs);
            consumer.assign(logs);
            starts.forEach(consumer::seek);
            long startNs = System.nanoTime();
            long bytes = read(consumer, ends);
            return Measurement.ofBytes(bytes, (System.nanoTime() - startNs) / 1e9);
        }
    }

    private static long read(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends)
            throws IOException {
        long bytes = 0;
        long movedNs = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(log -> consumer.position(log.getKey()) < log.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                bytes += record.serializedValueSize();
                movedNs = System.nanoTime();
            }
            if (System.nanoTime() - movedNs > STALL_BOUND.toNanos()) {
                throw new IOException("the ring gave nothing for " + STALL_BOUND.toSeconds() + " s");
            }
        }
        return bytes;
    }

    private static TopicPartition log(PartitionInfo info) {
        return new TopicPartition(info.topic(), info.partition());
    }
}
