package io.ringmirror.system;

import io.ringmirror.client.NbdClient;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.MirrorServer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how long a takeover lasts when the new source has yet to read so much, beside a plain consumer that reads the
 * same logs. It checks nothing and no build runs it: {@code mvn verify -pl ringmirror -Dtest=TakeoverMeasurement}.
 */
class TakeoverMeasurement {
    private static final long BYTES = 256L << 20;
    private static final int WRITE_BYTES = 64 << 10;
    private static final int ROUNDS = 3;
    private static final double NS_PER_SECOND = 1e9;

    @Test
    void takeoverBesideAPlainConsumer(@TempDir Path directory) throws Exception {
        try (Stage stage = Stage.set(directory)) {
            Definition mirror = stage.define(
                    new Definition.Ring(3, 32, 1L << 40), "m", "a", List.of("b"), new Definition.Volume("disk", BYTES));
            MirrorServer a = stage.server("a", Role.SOURCE, Role.DESTINATION);
            stage.server("b", Role.SOURCE, Role.DESTINATION).close();
            fill(a);
            a.close();
            for (int round = 1; round <= ROUNDS; round++) {
                System.out.printf("plain consumer, round %d: %.2f s%n", round, read(stage) / NS_PER_SECOND);
            }
            long startNs = System.nanoTime();
            MirrorServer b = stage.server("b", Role.SOURCE, Role.DESTINATION);
            long promotedNs = System.nanoTime();
            stage.order(mirror, "b", Action.PROMOTE);
            Awaitility.await()
                    .atMost(Stage.PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> b.mirrors().get("m") == Role.SOURCE);
            long endNs = System.nanoTime();
            System.out.printf(
                    "takeover: %.2f s from the order, %.2f s from the server's start%n",
                    (endNs - promotedNs) / NS_PER_SECOND, (endNs - startNs) / NS_PER_SECOND);
        }
    }

    private static void fill(MirrorServer source) throws Exception {
        ByteBuffer data = ByteBuffer.allocate(WRITE_BYTES);
        new Random(1).nextBytes(data.array());
        try (NbdClient client = NbdClient.connect(source.nbdAddress().orElseThrow(), "m/disk", 16)) {
            for (long offset = 0; offset < BYTES; offset += WRITE_BYTES) {
                client.write(offset, data.clear());
            }
            client.flush();
        }
    }

    private static long read(Stage stage) {
        Map<String, Object> properties = new HashMap<>(stage.client());
        properties.put("auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            long startNs = System.nanoTime();
            String ring = Stage.TOPICS.ring("m");
            List<TopicPartition> logs = new ArrayList<>();
            consumer.partitionsFor(ring).forEach(log -> logs.add(new TopicPartition(ring, log.partition())));
            consumer.assign(logs);
            Map<TopicPartition, Long> ends = consumer.endOffsets(logs);
            while (logs.stream().anyMatch(log -> consumer.position(log) < ends.get(log))) {
                consumer.poll(Duration.ofSeconds(1));
            }
            return System.nanoTime() - startNs;
        }
    }
}
