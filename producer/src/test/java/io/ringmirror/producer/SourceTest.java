package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.producer.RingProducer.FencedException;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.KafkaRingReader;
import io.ringmirror.replica.MirrorContext;
import io.ringmirror.replica.Opened;
import io.ringmirror.replica.RingEntry;
import io.ringmirror.replica.control.EventPublisher;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.ClusterFacts;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicPlan;
import io.ringmirror.schemas.topics.TopicSettings;
import io.ringmirror.testing.TestCluster;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources on a real broker: taking the role, losing it, and going on after a restart. */
class SourceTest {
    private static final TopicNames TOPICS = new TopicNames(TopicNames.DEFAULT_PREFIX);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final MirrorSerdes SERDES = MirrorSerdes.configured(Map.of());
    private static TestCluster cluster;
    private static TopicAdmin admin;
    private static EventPublisher events;
    private static ExecutorService threads;

    private final Opened sources = new Opened();
    private final Definition definition = new Definition(
            "m" + UUID.randomUUID(),
            UUID.randomUUID(),
            1,
            0,
            "east",
            List.of(new Definition.Volume("disk", 1 << 20)),
            List.of(
                    new Definition.Replica("east", UUID.randomUUID()),
                    new Definition.Replica("west", UUID.randomUUID())),
            new Definition.Ring(2, 4, 1L << 40),
            0);

    private Definition inTheLog = definition;
    private final AtomicInteger settingsAsked = new AtomicInteger();

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
        admin = TopicAdmin.open(client(), PATIENCE);
        admin.apply(admin.changes(new TopicPlan(TOPICS, TopicSettings.forBrokers(1)).shared()));
        events = EventPublisher.open(TOPICS, client(), SERDES.events().serializer(), PATIENCE);
        threads = Executors.newCachedThreadPool();
    }

    @AfterAll
    static void stop() {
        events.close();
        admin.close();
        threads.shutdown();
        cluster.close();
    }

    @BeforeEach
    void makeRing() {
        admin.apply(admin.changes(List.of(new TopicPlan(TOPICS, TopicSettings.forBrokers(1)).ring(definition))));
    }

    @AfterEach
    void closeSources() {
        sources.close();
    }

    @Test
    void aRestartedSourceGoesOnInTheOpenEpochWithTheNextTermAndReadsBackWhatWasNotFlushed() throws Exception {
        Source first = source("east", "east");
        write(first, 100, "before");
        Path afterKill = copy("east");
        first.close();

        assertThat(read(0).get(0).record().body())
                .isEqualTo(new LogBody.TermBegin(
                        "east", definition.replicas().get(0).replicaId()));
        Source second = source("east", afterKill.getFileName().toString());
        write(second, 200, "after");

        assertThat(text(second, 100, 6)).isEqualTo("before");
        assertThat(text(second, 200, 5)).isEqualTo("after");
    }

    @Test
    void aRingLeftByAKilledSourceGoesOnInItsOpenEpochF1() throws Exception {
        Source first = source("east", "east");
        write(first, 0, "a");
        Path afterKill = copy("east");
        Source second = source("east", afterKill.getFileName().toString());
        write(second, 1, "b");

        assertThat(read(0))
                .extracting(RingEntry::record)
                .satisfiesExactly(
                        record -> assertThat(record.body()).isInstanceOf(LogBody.TermBegin.class),
                        record -> assertThat(record.sequence()).isEqualTo(1),
                        record -> {
                            assertThat(record.body()).isInstanceOf(LogBody.TermBegin.class);
                            assertThat(record.term()).isEqualTo(2);
                            assertThat(record.epoch()).isEqualTo(1);
                        },
                        record -> assertThat(record.sequence()).isEqualTo(2));
        assertThat(text(second, 0, 2)).isEqualTo("ab");
    }

    @Test
    void aSourceThatIsFencedEndsAndItsClientsAreToldF15() throws Exception {
        Source first = source("east", "east");
        write(first, 0, "a");
        Path other = copy("east");
        source("east", other.getFileName().toString());

        assertRefusesWrites(first);
        assertThatThrownBy(() -> first.ended().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(FencedException.class);
    }

    @Test
    void aDestinationTakesNoRoleUnlessItIsToldF14() throws Exception {
        Source owner = source("east", "east");
        write(owner, 0, "a");

        assertThatThrownBy(() -> source("west", "west"))
                .isInstanceOf(NotOwnerException.class)
                .hasMessageContaining("'ringmirror promote' makes it the source");
        write(owner, 1, "b");
        assertThat(text(owner, 0, 2)).isEqualTo("ab");
    }

    @Test
    void whoIsToldTakesOverWithAllThatWasAnsweredAndTheOldSourceStepsDownI3() throws Exception {
        Source old = source("east", "east");
        write(old, 0, "a");

        Source taken = source("west", "west", handedOver());

        assertThat(text(taken, 0, 1)).isEqualTo("a");
        assertRefusesWrites(old);
        write(taken, 1, "b");
        assertThat(text(taken, 0, 2)).isEqualTo("ab");
    }

    @Test
    void aRebootedOldSourceDoesNotTakeTheRoleBackAndFencesNobodyF14() throws Exception {
        Source old = source("east", "east");
        write(old, 0, "a");
        Path crashed = copy("east");
        Source taken = source("west", "west", handedOver());

        String rebooted = crashed.getFileName().toString();
        assertThatThrownBy(() -> source("east", rebooted))
                .isInstanceOf(NotOwnerException.class)
                .hasMessageContaining("owned by server west since term 2");
        assertThatThrownBy(() -> source("east", rebooted))
                .as("the ring is not asked again")
                .isInstanceOf(NotOwnerException.class)
                .hasMessageContaining("is a destination");
        write(taken, 1, "b");
        assertThat(text(taken, 0, 2)).isEqualTo("ab");
    }

    @Test
    void whoHandsOverDoesNotTakeTheRoleAgainByItself() throws Exception {
        Source first = source("east", "east");
        write(first, 0, "a");
        first.resign();
        assertThat(first.ended()).isCompleted();

        assertThatThrownBy(() -> source("east", "east")).isInstanceOf(NotOwnerException.class);
        assertThat(text(source("east", "east", handedOver()), 0, 1)).isEqualTo("a");
    }

    @Test
    void anOrderOfAnotherTermOrTooOldIsRefusedAndFencesNobodyC12() throws Exception {
        Source owner = source("east", "east");
        write(owner, 0, "a");

        assertThatThrownBy(() -> source("west", "west", order(0, Long.MAX_VALUE)))
                .isInstanceOf(NotOwnerException.class)
                .hasMessageContaining("the order was given in term 0")
                .hasMessageContaining("in term 1 of server east");
        assertThatThrownBy(() -> source("west", "west", order(1, 1)))
                .isInstanceOf(NotOwnerException.class)
                .hasMessageContaining("the order's time to live was over");
        write(owner, 1, "b");
        assertThat(text(source("west", "west", order(1, Long.MAX_VALUE)), 0, 2)).isEqualTo("ab");
    }

    @Test
    void aFencedSourceTakesTheRoleAgainIfNobodyHasBegunATermC13() throws Exception {
        Source fenced = source("east", "east");
        write(fenced, 0, "a");
        try (RingProducer passing = KafkaRingProducer.open(
                TOPICS.ring(definition.mirror()),
                definition.transactionalId(),
                settings(),
                TopicPlan.LARGEST_RECORD_BYTES,
                client())) {
            passing.fence();
        }
        assertRefusesWrites(fenced);
        assertThatThrownBy(() -> fenced.ended().join()).hasCauseInstanceOf(FencedException.class);

        Source again = source("east", "east", new Claim.Owner(OptionalLong.of(fenced.term())));
        assertThat(text(again, 0, 1)).isEqualTo("a");
        assertThat(again.term()).isEqualTo(2);
        again.close();
        assertThatThrownBy(() -> source("east", "east", new Claim.Owner(OptionalLong.of(fenced.term()))))
                .as("its replica's term, but not of this process: a copy of its directory began that")
                .isInstanceOf(NotOwnerException.class);
    }

    @Test
    void aStartThatFailsGivesTheReplicaBack() throws Exception {
        source("east", "east").close();
        assertThatThrownBy(() -> source("west", "west")).isInstanceOf(NotOwnerException.class);

        assertThatThrownBy(() -> source("west", "west")).as("not: in use").isInstanceOf(NotOwnerException.class);
    }

    @Test
    void aWriteThatTheRingsSettingsRefuseWaitsAndReadsGoOnUntilTheyAreMended() throws Exception {
        Source source = source("east", "east");
        write(source, 0, "a");
        setLargestMessage("20000");
        CompletableFuture<DeviceException> large = new CompletableFuture<>();
        device(source)
                .write(
                        0,
                        ByteBuffer.wrap("b".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII)),
                        false,
                        large::complete);
        Awaitility.await().atMost(PATIENCE).until(() -> settingsAsked.get() == 1);

        assertThat(large).isNotDone();
        assertThat(text(source, 0, 1)).isEqualTo("b");
        setLargestMessage(String.valueOf(TopicPlan.LARGEST_RECORD_BYTES));
        assertThat(large.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isNull();
        assertThat(source.ended()).isNotDone();
        assertThat(settingsAsked).as("times that the settings were asked for").hasValue(1);
    }

    private void setLargestMessage(String bytes) throws Exception {
        ConfigResource ring = new ConfigResource(ConfigResource.Type.TOPIC, TOPICS.ring(definition.mirror()));
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry("max.message.bytes", bytes), AlterConfigOp.OpType.SET);
        try (Admin kafka = Admin.create(client())) {
            kafka.incrementalAlterConfigs(Map.of(ring, List.of(set))).all().get();
        }
    }

    private static void assertRefusesWrites(Source fenced) throws Exception {
        CompletableFuture<DeviceException> late = new CompletableFuture<>();
        device(fenced).write(0, ByteBuffer.allocate(1), false, late::complete);
        assertThat(late.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).kind()).isEqualTo(Kind.SHUTDOWN);
    }

    /** An order that need not wait for the lease of the source before. */
    private static Claim handedOver() {
        return new Claim.Ordered(OptionalLong.empty(), Long.MAX_VALUE, true);
    }

    private static Claim order(long term, long deadlineMs) {
        return new Claim.Ordered(OptionalLong.of(term), deadlineMs, true);
    }

    private Source source(String server, String replica) throws Exception {
        return source(server, replica, Claim.OWNER);
    }

    @Test
    void nobodyTakesAFenceThatWasMadeAnewWhileItWasTakenAndNothingIsAppendedF6() throws Exception {
        inTheLog = definition.closingFence();
        assertThatThrownBy(() -> source("east", "east")).isInstanceOf(FenceException.class);
        inTheLog = inTheLog.standingFence();
        assertThatThrownBy(() -> source("east", "east"))
                .isInstanceOf(FenceException.class)
                .hasMessageContaining("was made anew");

        assertThat(read(0)).isEmpty();
    }

    private Source source(String server, String replica, Claim claim) throws Exception {
        return sources.add(Source.start(
                context(server, replica),
                settings(),
                client(),
                logs -> CompletableFuture.failedFuture(new IllegalStateException("no log is needed")),
                () -> CompletableFuture.completedFuture(true),
                () -> "asked " + settingsAsked.incrementAndGet() + " times",
                InflightBound.of(settings().inflightBytes()),
                (log, offset) -> CompletableFuture.failedFuture(new IllegalStateException("destinations delete")),
                claim,
                () -> Optional.of(inTheLog)));
    }

    private static SourceSettings settings() {
        return new SourceSettings(
                AckMode.WRITE,
                4 << 20,
                1 << 20,
                Duration.ofHours(1),
                4 << 20,
                Duration.ofMinutes(10),
                Duration.ofMinutes(30),
                Duration.ofMinutes(1));
    }

    private MirrorContext context(String server, String replica) {
        String ring = TOPICS.ring(definition.mirror());
        ClusterFacts facts = admin.facts(List.of(ring));
        return new MirrorContext(
                definition,
                server,
                Set.of(Role.SOURCE, Role.DESTINATION),
                directory.resolve(replica),
                facts.clusterId(),
                facts.topics().get(ring).topicId().toString(),
                TOPICS,
                SERDES,
                client(),
                events,
                threads,
                threads);
    }

    /** What a kill at this moment would leave of a replica: its files, without the lock. */
    private Path copy(String replica) throws Exception {
        Path from = directory.resolve(replica);
        Path to = Files.createDirectories(directory.resolve(replica + "-after-kill/volumes"))
                .getParent();
        Files.copy(from.resolve("position"), to.resolve("position"));
        Files.copy(from.resolve("volumes/disk.img"), to.resolve("volumes/disk.img"));
        return to;
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", cluster.bootstrapServers());
    }

    private static BlockDevice device(Source source) {
        return source.devices().get(0);
    }

    private static void write(Source source, long offsetBytes, String text) throws Exception {
        CompletableFuture<DeviceException> outcome = new CompletableFuture<>();
        device(source)
                .write(
                        offsetBytes,
                        ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)),
                        false,
                        outcome::complete);
        assertThat(outcome.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isNull();
    }

    private static String text(Source source, long offsetBytes, int lengthBytes) throws Exception {
        ByteBuffer target = ByteBuffer.allocate(lengthBytes);
        CompletableFuture<DeviceException> outcome = new CompletableFuture<>();
        device(source).read(offsetBytes, target, outcome::complete);
        assertThat(outcome.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isNull();
        return new String(target.array(), StandardCharsets.US_ASCII);
    }

    private List<RingEntry> read(int log) {
        List<RingEntry> entries = new ArrayList<>();
        try (KafkaRingReader reader = context("east", "east").openReader()) {
            long end = reader.endOffset(log);
            reader.seek(log, 0);
            while (reader.nextOffset() < end) {
                entries.addAll(reader.poll(Duration.ofMillis(200)));
            }
        } catch (ChainException e) {
            throw new AssertionError(e);
        }
        return entries;
    }
}
