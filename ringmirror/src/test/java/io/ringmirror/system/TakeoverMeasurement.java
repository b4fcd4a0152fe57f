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
 * Measures how long a takeover lasts, by a server that followed and by one that has yet to read everything, beside a plain
 * consumer that reads the same logs. It checks nothing and no build runs it: {@code mvn verify -pl ringmirror -Dtest=TakeoverMeasurement}.
 */
class TakeoverMeasurement {
    private static final long BYTES = 256L << 20;
    private static final int WRITE_BYTES = 64 << 10;
    private static final int ROUNDS = 3;
    private static final double NS_PER_SECOND = 1e9;

    @Test
    void takeoverBesideAPlainConsumer(@TempDir Path directory) throws Exception {
        try (Stage stage = Stage.set(directory)) {
            measure(stage, "followed", true);
            measure(stage, "unread", false);
        }
    }

    /** The source dies with so much unflushed; its successor follows all the time, or has yet to read all of it. */
    private static void measure(Stage stage, String name, boolean follows) throws Exception {
        Definition mirror = stage.define(
                new Definition.Ring(3, 32, 1L << 40),
                name,
                name + "-a",
                List.of(name + "-b"),
                new Definition.Volume("disk", BYTES));
        MirrorServer source = stage.server(name + "-a", Role.SOURCE, Role.DESTINATION);
        MirrorServer successor = stage.server(name + "-b", Role.SOURCE, Role.DESTINATION);
        if (!follows) {
            successor.close();
        }
        fill(source, name);
        source.close();
        for (int round = 1; round <= (follows ? 0 : ROUNDS); round++) {
            System.out.printf("%s, plain consumer, round %d: %.2f s%n", name, round, read(stage, name) / NS_PER_SECOND);
        }
        MirrorServer taker = follows ? successor : stage.server(name + "-b", Role.SOURCE, Role.DESTINATION);
        long startNs = System.nanoTime();
        stage.order(mirror, name + "-b", Action.PROMOTE);
        Awaitility.await()
                .atMost(Stage.PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> taker.mirrors().get(name) == Role.SOURCE);
        System.out.printf("%s, takeover: %.2f s%n", name, (System.nanoTime() - startNs) / NS_PER_SECOND);
    }

    private static void fill(MirrorServer source, String mirror) throws Exception {
        ByteBuffer data = ByteBuffer.allocate(WRITE_BYTES);
        new Random(1).nextBytes(data.array());
        try (NbdClient client = Stage.connect(source, mirror, 16)) {
            for (long offset = 0; offset < BYTES; offset += WRITE_BYTES) {
                client.write(offset, data.clear());
            }
            client.flush();
        }
    }

    private static long read(Stage stage, String mirror) {
        Map<String, Object> properties = new HashMap<>(stage.client());
        properties.put("auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            long startNs = System.nanoTime();
            String ring = Stage.TOPICS.ring(mirror);
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
