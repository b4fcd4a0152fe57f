package io.ringmirror.streams;

import static io.ringmirror.streams.Tales.beat;
import static io.ringmirror.streams.Tales.definition;
import static io.ringmirror.streams.Tales.destination;
import static io.ringmirror.streams.Tales.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.ClusterUnreachableException;
import io.ringmirror.schemas.topics.DefinitionStore;
import io.ringmirror.schemas.topics.PlannedTopic;
import io.ringmirror.schemas.topics.StatusReader;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicException;
import io.ringmirror.schemas.topics.TopicFacts;
import io.ringmirror.schemas.topics.TopicPlan;
import io.ringmirror.schemas.topics.TopicSettings;
import io.ringmirror.testing.TestCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration KAFKA_TIMEOUT = Duration.ofSeconds(20);

    /** Leaves time between what a tracker tells and its commit. */
    private static final int SLOW_COMMITS_MS = 5_000;

    /** A thread that hangs has left its group after this long, as it has when its process ends. */
    private static final int LONGEST_ROUND_MS = 15_000;

    /** A tracker that gets on shows it every second. */
    private static final Duration SOME_ROUNDS = Duration.ofSeconds(4);

    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static TestCluster cluster;
    private static MirrorSerdes serdes;

    @TempDir
    private Path directory;

    private final TopicNames topics = new TopicNames("t" + PREFIXES.incrementAndGet());

    @BeforeAll
    static void startBroker() throws Exception {
        cluster = TestCluster.start();
        serdes = MirrorSerdes.configured(Map.of());
    }

    @AfterAll
    static void stopBroker() {
        serdes.close();
        cluster.close();
    }

    @BeforeEach
    void makeTopics() {
        makeTopics(new TopicPlan(topics, TopicSettings.forBrokers(1)).shared());
    }

    /** I4. */
    @Test
    void anEpochIsReleasedOnlyAfterBothReplicasFlushedIt() {
        try (Tracker tracker = start("one")) {
            define(definition(1, "a", "b"));
            tell(beat("a", source(2)));
            MirrorStatus waiting = awaitStatus(status -> status.sealedEpoch() == 2);
            assertThat(waiting.releasedEpoch()).isZero();

            tell(beat("b", destination(1, 2)));
            MirrorStatus behind = awaitStatus(status -> status.verdict() == MirrorStatus.Verdict.CATCHING_UP);
            assertThat(behind.releasedEpoch()).isEqualTo(1);

            tell(beat("b", destination(2, 2)));
            assertThat(awaitStatus(status -> status.verdict() == MirrorStatus.Verdict.IN_SYNC)
                            .releasedEpoch())
                    .isEqualTo(2);
            assertThat(tracker.health()).isEqualTo(new TrackerHealth("RUNNING", true, true, ""));
        }
    }

    @Test
    void aTrackerThatLostItsDirectoryGoesOnFromTheSameStatusF25() {
        MirrorStatus before;
        try (Tracker tracker = start("first")) {
            awaitReady(tracker);
            define(definition(1, "a", "b"));
            tell(beat("a", source(3)), beat("b", destination(2, 3)));
            before = awaitStatus(status -> status.releasedEpoch() == 2);
        }
        try (Tracker tracker = start("second")) {
            awaitReady(tracker);
            assertThat(get(tracker, "/api/v1/status/disk").body())
                    .contains("\"releasedEpoch\" : 2", "\"id\" : \"" + before.mirrorId() + "\"");

            tell(beat("b", destination(3, 3)));
            MirrorStatus after = awaitStatus(status -> status.releasedEpoch() == 3);
            assertThat(after.requiredLogs()).isEqualTo(before.requiredLogs());
        }
    }

    @Test
    void oneThatStandsByTakesOverF25() {
        Tracker first = start("first");
        awaitReady(first);
        try (Tracker second = start("second")) {
            awaitReady(second);
            define(definition(1, "a", "b"));
            tell(beat("a", source(2)));
            awaitStatus(status -> status.sealedEpoch() == 2);
            first.close();

            tell(beat("b", destination(2, 2)));
            assertThat(awaitStatus(status -> status.releasedEpoch() == 2).openEpoch())
                    .isEqualTo(3);
        }
    }

    @Test
    void aRecordThatCannotBeReadIsPassedOver() {
        try (Tracker tracker = start("one")) {
            define(definition(1, "a", "b"));
            tell(beat("a", source(2)));
            send("garbage".getBytes(StandardCharsets.UTF_8));
            tell(beat("b", destination(2, 2)));

            assertThat(awaitStatus(status -> status.releasedEpoch() == 2).sealedEpoch())
                    .isEqualTo(2);
            assertThat(tracker.health().live()).isTrue();
        }
    }

    /** As after brokers lost power: the coordinator cannot end the transaction, and lets the tracker begin no other. */
    @Test
    void oneWhoseOwnTransactionHangsIsNotLiveAndOneThatIsStartedAnewGoesOnF6() throws Exception {
        Map<String, Object> slowly = new HashMap<>(client());
        slowly.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, SLOW_COMMITS_MS);
        slowly.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), LONGEST_ROUND_MS);
        AtomicLong passedNanos = new AtomicLong();
        try (Tracker tracker = Tracker.start(
                        settings(topics, "one", slowly), serdes, () -> System.nanoTime() + passedNanos.get());
                Admin admin = Admin.create(client())) {
            define(definition(1, "a", "b"));
            awaitStatus(status -> status.generation() == 1);
            String id = transactionalId(admin);

            tell(beat("a", source(2)));
            hangTransaction(admin, id);
            await().atMost(PATIENCE).until(() -> isEnding(transaction(admin, id)));
            tell(beat("b", destination(2, 2)));
            await().atMost(PATIENCE).pollInterval(SOME_ROUNDS).until(() -> isStuckSinceLastAsked(tracker, passedNanos));

            assertThat(tracker.health().reason()).contains("hang", "start it anew");
            assertThat(tracker.health().ready()).isFalse();
            assertThat(get(tracker, "/health/live").statusCode()).isEqualTo(503);
            assertThat(isEnding(transaction(admin, id))).isTrue();
        }
        try (Tracker anew = start("one")) {
            assertThat(awaitStatus(status -> status.releasedEpoch() == 2).sealedEpoch())
                    .isEqualTo(2);
            assertThat(anew.health().live()).isTrue();
        }
    }

    @Test
    void itsMemoryIsCompactedWhileItIsSmall() {
        String changelog = topics.trackerApplication() + "-" + TrackerTopology.STATUSES_STORE + "-changelog";
        try (Tracker tracker = start("one");
                TopicAdmin admin = TopicAdmin.open(client(), KAFKA_TIMEOUT)) {
            awaitReady(tracker);
            assertThat(admin.facts(List.of(changelog)).topics().get(changelog).configs())
                    .containsAllEntriesOf(TopicPlan.lastWords());
        }
    }

    @Test
    void aDeletedMirrorIsNotKnownAnyMore() {
        try (Tracker tracker = start("one")) {
            define(definition(1, "a", "b"));
            awaitStatus(status -> status.generation() == 1);
            definitions().delete(definition(1, "a", "b"));
            await().atMost(PATIENCE).until(() -> statuses().find("disk").isEmpty());

            assertThat(get(tracker, "/api/v1/status/disk").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void itsMemoryHasThreeCopiesWhereThereAreBrokersForThem() throws Exception {
        try (TestCluster three = TestCluster.start(3)) {
            Map<String, Object> client = Map.of("bootstrap.servers", three.bootstrapServers());
            String changelog = topics.trackerApplication() + "-" + TrackerTopology.STATUSES_STORE + "-changelog";
            try (TopicAdmin admin = TopicAdmin.open(client, KAFKA_TIMEOUT)) {
                admin.apply(admin.changes(new TopicPlan(topics, TopicSettings.forBrokers(3)).shared()));
                try (Tracker tracker = Tracker.start(settings(topics, "one", client), serdes)) {
                    awaitReady(tracker);
                    TopicFacts made = admin.facts(List.of(changelog)).topics().get(changelog);
                    assertThat(made.replicationFactor()).isEqualTo(3);
                }
            }
        }
    }

    @Test
    void missingTopicsAreAllNamed() {
        TopicNames nowhere = new TopicNames("nowhere");

        assertThatThrownBy(() -> Tracker.start(settings(nowhere, "one", client()), serdes))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("nowhere.definitions: topic is missing")
                .hasMessageContaining("nowhere.events: topic is missing");
    }

    @Test
    void inputTopicsOfDifferentPartitionCountsAreRefused() {
        try (TopicAdmin admin = TopicAdmin.open(client(), KAFKA_TIMEOUT)) {
            admin.grow(topics.events(), 2);
        }
        assertThatThrownBy(() -> start("one"))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining(topics.events() + ": partitions is 2, must be 1");
    }

    @Test
    void aBrokerThatIsNotThereIsNamed() {
        Map<String, Object> nobody = Map.of("bootstrap.servers", "127.0.0.1:1");

        assertThatThrownBy(() -> Tracker.start(
                        new TrackerSettings(nobody, topics, directory, OptionalInt.of(1), 0, 1500, Optional.empty()),
                        serdes))
                .isInstanceOf(ClusterUnreachableException.class)
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void anAddressInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            TrackerSettings settings = new TrackerSettings(
                    client(),
                    topics,
                    directory,
                    OptionalInt.of(1),
                    0,
                    KAFKA_TIMEOUT.toMillis(),
                    Optional.of(new InetSocketAddress(taken.getInetAddress(), taken.getLocalPort())));

            assertThatThrownBy(() -> Tracker.start(settings, serdes))
                    .isInstanceOf(TrackerException.class)
                    .hasMessageContaining("http.listen")
                    .hasMessageContaining(":" + taken.getLocalPort());
        }
    }

    /** Whoever gets on has done so since the time passed when this was asked last. */
    /**
     * To be committed, or given up where the tracker told more before that and was refused; its coordinator cannot end it
     * either way.
     */
    private static boolean isEnding(TransactionDescription transaction) {
        return Set.of(
                        TransactionState.PREPARE_COMMIT,
                        TransactionState.PREPARE_ABORT,
                        TransactionState.PREPARE_EPOCH_FENCE)
                .contains(transaction.state());
    }

    private static boolean isStuckSinceLastAsked(Tracker tracker, AtomicLong passedNanos) {
        boolean stuck = !tracker.health().live();
        if (!stuck) {
            passedNanos.addAndGet(2 * Progress.BOUND_NANOS);
        }
        return stuck;
    }

    /** Makes the log of statuses know a later epoch of the tracker's producer than its coordinator does. */
    private void hangTransaction(Admin admin, String id) throws Exception {
        TopicPartition log = new TopicPartition(topics.status(), 0);
        TransactionDescription open = await().atMost(PATIENCE)
                .until(
                        () -> transaction(admin, id),
                        known -> known.state() == TransactionState.ONGOING
                                && known.topicPartitions().contains(log));
        admin.abortTransaction(new AbortTransactionSpec(log, open.producerId(), Short.MAX_VALUE, 0))
                .all()
                .get();
    }

    private String transactionalId(Admin admin) throws Exception {
        return admin.listTransactions().all().get().stream()
                .map(TransactionListing::transactionalId)
                .filter(name -> name.startsWith(topics.trackerApplication() + "-"))
                .findFirst()
                .orElseThrow();
    }

    private static TransactionDescription transaction(Admin admin, String id) throws Exception {
        return admin.describeTransactions(List.of(id)).description(id).get();
    }

    private Tracker start(String name) {
        return Tracker.start(settings(topics, name, client()), serdes);
    }

    private TrackerSettings settings(TopicNames names, String name, Map<String, Object> client) {
        return new TrackerSettings(
                client,
                names,
                directory.resolve(name),
                OptionalInt.empty(),
                0,
                KAFKA_TIMEOUT.toMillis(),
                Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", cluster.bootstrapServers());
    }

    private static void makeTopics(List<PlannedTopic> planned) {
        try (TopicAdmin admin = TopicAdmin.open(client(), KAFKA_TIMEOUT)) {
            admin.apply(admin.changes(planned));
        }
    }

    private DefinitionStore definitions() {
        return new DefinitionStore(topics, serdes, client(), KAFKA_TIMEOUT);
    }

    private StatusReader statuses() {
        return new StatusReader(topics, serdes, client(), KAFKA_TIMEOUT);
    }

    private void define(Definition definition) {
        definitions().put(definition);
    }

    private void tell(Event... events) {
        for (Event event : events) {
            send(serdes.events().serializer().serialize(topics.events(), event));
        }
    }

    private void send(byte[] event) {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(client(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topics.events(), "disk", event)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the event is not in the log", e);
        }
    }

    private static void awaitReady(Tracker tracker) {
        await().atMost(PATIENCE).until(() -> tracker.health().ready());
    }

    private MirrorStatus awaitStatus(Predicate<MirrorStatus> holds) {
        return await().atMost(PATIENCE)
                .until(
                        () -> statuses().find("disk"),
                        found -> found.filter(holds).isPresent())
                .orElseThrow();
    }

    private static HttpResponse<String> get(Tracker tracker, String path) {
        InetSocketAddress address = tracker.httpAddress().orElseThrow();
        URI uri = URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + path);
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(uri + " did not answer", e);
        }
    }
}
