package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.replica.KafkaRingReader;
import io.ringmirror.replica.OwnerThread;
import io.ringmirror.replica.RingEntry;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicPlan;
import io.ringmirror.schemas.topics.TopicSettings;
import io.ringmirror.testing.TestCluster;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real broker the ring is deleted and made anew just before a log is used for the first time. */
class RemadeRingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Definition MIRROR = Definition.first(
            "anew",
            "east",
            List.of("west"),
            List.of(new Definition.Volume("disk", 1 << 20)),
            new Definition.Ring(2, 4, 1L << 40),
            0);
    private static final String RING = OnBroker.TOPICS.ring(MIRROR.mirror());
    private static final SourceSettings SETTINGS = new SourceSettings(
            AckMode.WRITE,
            4 << 20,
            1 << 20,
            Duration.ofHours(1),
            4 << 20,
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofMinutes(1));

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger denials = new AtomicInteger();

    @TempDir
    Path directory;

    @Test
    void whatANewTopicTakesInALogNeverUsedIsNotAcknowledgedF11() throws Exception {
        try (TestCluster cluster = TestCluster.start();
                TopicAdmin admin = TopicAdmin.open(client(cluster), PATIENCE)) {
            makeRing(admin);
            Uuid ring = id(admin).orElseThrow();
            Remade producer = new Remade(
                    KafkaRingProducer.open(RING, MIRROR.transactionalId(), SETTINGS, 2 << 20, client(cluster)),
                    () -> remake(admin));
            Sleeper sleeper = new Sleeper();
            SourceRole role = OnBroker.take(
                    directory,
                    MIRROR,
                    SETTINGS,
                    producer,
                    client(cluster),
                    () -> stands(admin, ring),
                    threads,
                    sleeper);
            OwnerThread owner = new OwnerThread("source", role.owner(), sleeper);
            owner.start();
            BlockDevice disk = role.devices().get(0);
            assertThat(write(disk, 0).get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isNull();

            role.order(Action.FLUSH);
            producer.remade.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            CompletableFuture<DeviceException> lost = write(disk, 1);
            Awaitility.await("the new topic has the write")
                    .atMost(PATIENCE)
                    .until(() -> read(client(cluster)).stream()
                            .anyMatch(entry -> entry.record().body() instanceof LogBody.Write));
            Awaitility.await("it was answered, or brokers were asked")
                    .atMost(PATIENCE)
                    .until(() -> lost.isDone() || denials.get() > 1);
            assertThat(lost).isNotDone();
            owner.close(Duration.ZERO);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Map<String, Object> client(TestCluster cluster) {
        return Map.of("bootstrap.servers", cluster.bootstrapServers());
    }

    private static void makeRing(TopicAdmin admin) {
        admin.apply(admin.changes(List.of(new TopicPlan(OnBroker.TOPICS, TopicSettings.forBrokers(1)).ring(MIRROR))));
    }

    private static void remake(TopicAdmin admin) {
        admin.deleteTopic(RING);
        makeRing(admin);
    }

    private static Optional<Uuid> id(TopicAdmin admin) {
        return Optional.ofNullable(admin.topicIds(List.of(RING)).get(RING));
    }

    private CompletableFuture<Boolean> stands(TopicAdmin admin, Uuid ring) {
        return CompletableFuture.supplyAsync(
                () -> {
                    boolean stands = id(admin).filter(ring::equals).isPresent();
                    denials.addAndGet(stands ? 0 : 1);
                    return stands;
                },
                threads);
    }

    private static CompletableFuture<DeviceException> write(BlockDevice disk, int value) {
        CompletableFuture<DeviceException> outcome = new CompletableFuture<>();
        disk.write(0, ByteBuffer.wrap(new byte[] {(byte) value}), false, outcome::complete);
        return outcome;
    }

    /** What log 1 has. */
    private static List<RingEntry> read(Map<String, Object> client) {
        List<RingEntry> entries = new ArrayList<>();
        try (KafkaRingReader reader = KafkaRingReader.open(
                RING, "looks", client, OnBroker.SERDES.logRecords().deserializer())) {
            long end = reader.endOffset(1);
            reader.seek(1, 0);
            while (reader.nextOffset() < end) {
                entries.addAll(reader.poll(Duration.ofSeconds(1)));
            }
        }
        return entries;
    }

    /** Has the ring made anew before the first record for log 1 is handed over. */
    private static final class Remade extends ForwardingProducer {
        private final Runnable remake;
        private final CompletableFuture<Void> remade = new CompletableFuture<>();

        private Remade(RingProducer producer, Runnable remake) {
            super(producer);
            this.remake = remake;
        }

        @Override
        public boolean send(int log, byte[] value, Outcome outcome) {
            if (log == 1 && !remade.isDone()) {
                remake.run();
                remade.complete(null);
            }
            return super.send(log, value, outcome);
        }
    }
}
