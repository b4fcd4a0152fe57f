package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.replica.OwnerThread;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicPlan;
import io.ringmirror.schemas.topics.TopicSettings;
import io.ringmirror.testing.TestCluster;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that is cut off from a real broker for longer than its transaction may be old, with a renewal under way. */
class SourceOutageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMillis(1_500);

    @TempDir
    Path directory;

    @Test
    void aRenewalHeldUpByAnOutageKeepsQueueAndClientsWithEitherAckF5() throws Exception {
        try (TestCluster cluster = TestCluster.start()) {
            for (AckMode ack : AckMode.values()) {
                outage(ack, Map.of("bootstrap.servers", cluster.bootstrapServers()));
            }
        }
    }

    private void outage(AckMode ack, Map<String, Object> client) throws Exception {
        Definition definition = Definition.first(
                "m-" + ack.name().toLowerCase(Locale.ROOT),
                "east",
                List.of("west"),
                List.of(new Definition.Volume("disk", 1 << 20)),
                new Definition.Ring(2, 4, 1L << 40),
                0);
        SourceSettings settings = new SourceSettings(
                ack,
                4 << 20,
                1 << 20,
                Duration.ofHours(1),
                4 << 20,
                Duration.ofHours(1),
                Duration.ofHours(3),
                TRANSACTION_TIMEOUT);
        ExecutorService threads = Executors.newCachedThreadPool();
        Sleeper sleeper = new Sleeper();
        try (TopicAdmin topics = TopicAdmin.open(client, PATIENCE);
                Admin admin = Admin.create(client)) {
            topics.apply(topics.changes(
                    List.of(new TopicPlan(OnBroker.TOPICS, TopicSettings.forBrokers(1)).ring(definition))));
            CutOff producer = new CutOff(KafkaRingProducer.open(
                    OnBroker.TOPICS.ring(definition.mirror()),
                    definition.transactionalId(),
                    settings,
                    2 << 20,
                    client));
            SourceRole role = OnBroker.take(
                    directory,
                    definition,
                    settings,
                    producer,
                    client,
                    () -> CompletableFuture.completedFuture(true),
                    threads,
                    sleeper);
            OwnerThread owner = new OwnerThread("source", role.owner(), sleeper);
            owner.start();
            BlockDevice disk = role.devices().get(0);

            assertAnswered(write(disk, 0, "-", true));
            producer.cutOffAfterNextAppend();
            assertAnswered(write(disk, 0, "a", true));
            producer.renewing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            CompletableFuture<DeviceException> during = write(disk, 1, "b", false);
            awaitEndedByBroker(admin, definition);
            assertThat(during.isDone()).isEqualTo(ack == AckMode.FLUSH);
            producer.connected.countDown();

            assertAnswered(during);
            assertAnswered(write(disk, 2, "c", true));
            assertThat(owner.ended()).isNotDone();
            assertThat(text(disk, 3)).isEqualTo("abc");
            owner.close(PATIENCE);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void awaitEndedByBroker(Admin admin, Definition definition) {
        String id = definition.mirrorId().toString();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> admin.describeTransactions(List.of(id))
                                .description(id)
                                .get()
                                .state()
                        == TransactionState.COMPLETE_ABORT);
    }

    private static CompletableFuture<DeviceException> write(
            BlockDevice disk, long offsetBytes, String text, boolean forceUnitAccess) {
        CompletableFuture<DeviceException> outcome = new CompletableFuture<>();
        disk.write(
                offsetBytes,
                ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)),
                forceUnitAccess,
                outcome::complete);
        return outcome;
    }

    private static void assertAnswered(CompletableFuture<DeviceException> outcome) throws Exception {
        assertThat(outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNull();
    }

    private static String text(BlockDevice disk, int lengthBytes) throws Exception {
        ByteBuffer target = ByteBuffer.allocate(lengthBytes);
        CompletableFuture<DeviceException> outcome = new CompletableFuture<>();
        disk.read(0, target, outcome::complete);
        assertAnswered(outcome);
        return new String(target.array(), StandardCharsets.US_ASCII);
    }

    /** The producer of a process that brokers hear nothing of for a while: its network thread stands still. */
    private static final class CutOff extends ForwardingProducer {
        private final CountDownLatch connected = new CountDownLatch(1);
        private final CompletableFuture<Void> renewing = new CompletableFuture<>();
        private volatile boolean armed;
        private volatile boolean cutOff;

        private CutOff(RingProducer producer) {
            super(producer);
        }

        private void cutOffAfterNextAppend() {
            armed = true;
        }

        @Override
        public boolean send(int log, byte[] value, Outcome outcome) {
            return super.send(log, value, new Outcome() {
                @Override
                public void appended(long offset, long timeMs, boolean last) {
                    boolean cut = armed && !cutOff;
                    cutOff |= cut;
                    outcome.appended(offset, timeMs, last);
                    if (cut) {
                        standStill();
                    }
                }

                @Override
                public void failed(Exception failure) {
                    outcome.failed(failure);
                }
            });
        }

        private void standStill() {
            try {
                connected.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void renew() throws FencedException {
            if (cutOff) {
                renewing.complete(null);
            }
            super.renew();
        }
    }
}
