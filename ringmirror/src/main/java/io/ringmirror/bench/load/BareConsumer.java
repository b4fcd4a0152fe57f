package io.ringmirror.bench.load;

import io.ringmirror.bench.Measurement;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A log read by Kafka's consumer and thrown away: what a destination can be at the most. One thread. */
public final class BareConsumer {
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
            WholeRing<byte[]> ring = new WholeRing<>(topic, consumer);
            LongAdder bytes = new LongAdder();
            long startNs = System.nanoTime();
            ring.read(record -> bytes.add(record.serializedValueSize()));
            return Measurement.ofBytes(bytes.sum(), (System.nanoTime() - startNs) / 1e9);
        }
    }
}
