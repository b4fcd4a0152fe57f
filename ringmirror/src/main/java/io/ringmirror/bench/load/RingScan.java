package io.ringmirror.bench.load;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads a ring to see what was written in it, apart from any server. One thread. */
public final class RingScan {
    private final String topic;
    private final Map<String, Object> properties;
    private final Deserializer<LogRecord> deserializer;

    public RingScan(String topic, Map<String, Object> properties, Deserializer<LogRecord> deserializer) {
        this.topic = topic;
        this.properties = new HashMap<>(properties);
        this.properties.put(ConsumerConfig.GROUP_ID_CONFIG, "scan-" + UUID.randomUUID());
        this.properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.deserializer = deserializer;
    }

    /** The sum over epochs of the different blocks written in each. */
    public long distinctBlocks(long firstEpoch, long lastEpoch, int blockBytes) throws IOException {
        Map<Long, Set<Long>> byEpoch = new HashMap<>();
        try (KafkaConsumer<byte[], LogRecord> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), deserializer)) {
            new WholeRing<>(topic, consumer).read(record -> {
                if (record.value().body() instanceof LogBody.Write write) {
                    byEpoch.computeIfAbsent(record.value().epoch(), epoch -> new HashSet<>())
                            .add(write.offsetBytes() / blockBytes);
                }
            });
        }
        return byEpoch.entrySet().stream()
                .filter(epoch -> epoch.getKey() >= firstEpoch && epoch.getKey() <= lastEpoch)
                .mapToLong(epoch -> epoch.getValue().size())
                .sum();
    }
}
