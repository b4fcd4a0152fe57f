package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.client.NbdClient;
import io.ringmirror.consumer.DestinationSettings;
import io.ringmirror.producer.SourceSettings;
import io.ringmirror.producer.nbd.NbdSettings;
import io.ringmirror.replica.Opened;
import io.ringmirror.replica.control.ControlFeed;
import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Command.Conditions;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.CommandSender;
import io.ringmirror.schemas.topics.DefinitionStore;
import io.ringmirror.schemas.topics.EventTail;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicPlan;
import io.ringmirror.schemas.topics.TopicSettings;
import io.ringmirror.server.ClusterSettings;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.server.ServerSettings;
import io.ringmirror.streams.Tracker;
import io.ringmirror.streams.TrackerSettings;
import io.ringmirror.testing.TestCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/**
 * A broker, a tracker and as many servers as a test starts, all real and in this JVM, in one temporary directory. Waits
 * are bounded; everything is closed in the reverse order.
 */
final class Stage implements AutoCloseable {
    static final TopicNames TOPICS = new TopicNames(TopicNames.DEFAULT_PREFIX);
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long MIB = 1L << 20;
    private static final int LEASE_BEATS = 10;

    private final Path directory;
    private final String bootstrapServers;
    private final int brokers;
    private final MirrorSerdes serdes = MirrorSerdes.configured(Map.of());
    private final Opened opened = new Opened();
    private final ControlFeed feed;
    private Tracker tracker;

    private Stage(Path directory, String bootstrapServers, int brokers) {
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
        this.brokers = brokers;
        this.feed = ControlFeed.open(TOPICS, client(), serdes);
    }

    /** A broker and a tracker, and the shared topics. */
    static Stage set(Path directory) throws Exception {
        TestCluster cluster = TestCluster.start();
        Stage stage = new Stage(directory, cluster.bootstrapServers(), 1);
        stage.opened.add(cluster);
        stage.set();
        return stage;
    }

    /** The same over a broker, or brokers, of the test's own, which it closes after this. */
    static Stage over(Path directory, String bootstrapServers, int brokers) throws Exception {
        Stage stage = new Stage(directory, bootstrapServers, brokers);
        stage.set();
        return stage;
    }

    private void set() throws Exception {
        try (TopicAdmin admin = admin()) {
            admin.apply(admin.changes(plan().shared()));
        }
        startTracker("tracker");
        opened.add(() -> tracker.close());
        opened.add(feed).start();
    }

    /** Starts the tracker on a directory of its own; its memory has a copy on every broker, as the ring has. */
    void startTracker(String state) throws Exception {
        tracker = Tracker.start(
                new TrackerSettings(
                        client(),
                        TOPICS,
                        directory.resolve(state),
                        OptionalInt.of(brokers),
                        0,
                        PATIENCE.toMillis(),
                        Optional.empty()),
                serdes);
    }

    void stopTracker() {
        tracker.close();
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    Map<String, Object> client() {
        return Map.of("bootstrap.servers", bootstrapServers);
    }

    MirrorSerdes serdes() {
        return serdes;
    }

    /** Defines a mirror from server {@code from} to the others, with its ring. */
    Definition define(String mirror, String from, List<String> to, Definition.Volume... volumes) {
        return define(new Definition.Ring(3, 32, 1L << 40), mirror, from, to, volumes);
    }

    /** Defines a mirror with bounds of its own for the ring. */
    Definition define(Definition.Ring ring, String mirror, String from, List<String> to, Definition.Volume... volumes) {
        Definition definition = Definition.first(mirror, from, to, List.of(volumes), ring, 0);
        makeRing(definition);
        redefine(definition);
        return definition;
    }

    /** What the tracker said last of a mirror. */
    MirrorStatus status(String mirror) {
        return feed.status(mirror).orElseThrow();
    }

    /** Makes the topic of a mirror's ring. */
    void makeRing(Definition definition) {
        try (TopicAdmin admin = admin()) {
            admin.apply(admin.changes(List.of(plan().ring(definition))));
        }
    }

    /** Deletes the topic of a mirror's ring, as no user should. */
    void deleteRing(String mirror) {
        try (TopicAdmin admin = admin()) {
            admin.deleteTopic(TOPICS.ring(mirror));
        }
    }

    /** Deletes all records of a log, as no user should; returns where it begins then. */
    long deleteRecords(String mirror, int log) {
        try (TopicAdmin admin = admin()) {
            return admin.deleteRecords(TOPICS.ring(mirror), log, -1);
        }
    }

    /** Writes a definition, new or changed. */
    void redefine(Definition definition) {
        new DefinitionStore(TOPICS, serdes, client(), PATIENCE).put(definition);
    }

    /** Starts a server that flushes on orders, and when its cache is half full. */
    MirrorServer server(String name, Role... roles) throws Exception {
        return server(name, Duration.ofMillis(200), roles);
    }

    /** Starts one that beats so often. */
    MirrorServer server(String name, Duration beat, Role... roles) throws Exception {
        return opened.add(MirrorServer.start(settings(name, clusters(), beat, Set.of(roles))));
    }

    /** Starts one that works with these clusters. */
    MirrorServer server(String name, List<ClusterSettings> clusters, Role... roles) throws Exception {
        return opened.add(MirrorServer.start(settings(name, clusters, Duration.ofMillis(200), Set.of(roles))));
    }

    /** Starts one that works with these clusters, and beats so often; its lease is {@link #LEASE_BEATS} beats. */
    MirrorServer server(String name, List<ClusterSettings> clusters, Duration beat, Role... roles) throws Exception {
        return opened.add(MirrorServer.start(settings(name, clusters, beat, Set.of(roles))));
    }

    /** Starts one of both roles with such small caches, which flushes when they are half full or a second passed. */
    MirrorServer smallServer(String name, long cacheBytes) throws Exception {
        Duration interval = Duration.ofSeconds(1);
        ServerSettings usual = settings(name, clusters(), interval, Set.of(Role.SOURCE, Role.DESTINATION));
        return opened.add(MirrorServer.start(new ServerSettings(
                usual.server(),
                usual.dataDir(),
                usual.roles(),
                usual.clusters(),
                usual.topics(),
                usual.serdeProperties(),
                usual.kafkaTimeout(),
                usual.nbd(),
                new SourceSettings(
                        SourceSettings.AckMode.WRITE,
                        cacheBytes,
                        cacheBytes / 4,
                        interval,
                        4 * MIB,
                        interval,
                        interval.multipliedBy(LEASE_BEATS),
                        Duration.ofSeconds(10)),
                new DestinationSettings(cacheBytes, cacheBytes / 4, interval, interval))));
    }

    private List<ClusterSettings> clusters() {
        return List.of(new ClusterSettings(List.of(), Set.of(), client(), client(), client()));
    }

    private ServerSettings settings(String name, List<ClusterSettings> clusters, Duration beat, Set<Role> roles) {
        Duration onOrders = Duration.ofHours(1);
        return new ServerSettings(
                name,
                directory.resolve(name),
                roles,
                clusters,
                TOPICS,
                Map.of(),
                PATIENCE,
                new NbdSettings("127.0.0.1", 0, 64, 128, 64 * MIB),
                new SourceSettings(
                        SourceSettings.AckMode.WRITE,
                        64 * MIB,
                        32 * MIB,
                        onOrders,
                        32 * MIB,
                        beat,
                        beat.multipliedBy(LEASE_BEATS),
                        Duration.ofSeconds(10)),
                new DestinationSettings(64 * MIB, 32 * MIB, onOrders, beat));
    }

    /** Holds every replica of a mirror to its source's images, byte by byte. */
    void assertIdentical(Definition definition) throws IOException {
        for (Definition.Replica replica : definition.replicas()) {
            for (Definition.Volume volume : definition.volumes()) {
                Path original = image(definition.source(), definition.mirror(), volume.name());
                Path copy = image(replica.server(), definition.mirror(), volume.name());
                assertThat(Files.mismatch(original, copy))
                        .as("first byte at which %s differs from %s", copy, original)
                        .isEqualTo(-1);
            }
        }
    }

    /** A server's replica directory. */
    Path replica(String server, String mirror) {
        return directory.resolve(server).resolve(mirror);
    }

    Path image(String server, String mirror, String volume) {
        return replica(server, mirror).resolve("volumes").resolve(volume + ".img");
    }

    /** Where each log of a mirror's ring begins in Kafka now. */
    Map<Integer, Long> logStarts(String mirror) throws Exception {
        try (Admin admin = Admin.create(client())) {
            String ring = TOPICS.ring(mirror);
            Map<TopicPartition, OffsetSpec> logs =
                    admin.describeTopics(List.of(ring)).allTopicNames().get().get(ring).partitions().stream()
                            .collect(Collectors.toMap(
                                    log -> new TopicPartition(ring, log.partition()), log -> OffsetSpec.earliest()));
            return admin.listOffsets(logs).all().get().entrySet().stream()
                    .collect(Collectors.toMap(
                            log -> log.getKey().partition(),
                            log -> log.getValue().offset()));
        }
    }

    /** A client of a mirror's volume named disk, once the server is its source; one that fails to start is tried again. */
    static NbdClient connect(MirrorServer source, String mirror, int depth) throws IOException {
        awaitRole(source, mirror, Role.SOURCE);
        return NbdClient.connect(source.nbdAddress().orElseThrow(), mirror + "/disk", depth);
    }

    /** Waits until the server has this role in the mirror. */
    static void awaitRole(MirrorServer server, String mirror, Role role) {
        Awaitility.await(mirror + " as " + role)
                .atMost(PATIENCE)
                .until(() -> server.mirrors().get(mirror) == role);
    }

    /** An NBD URI of a volume. */
    static String uri(MirrorServer server, String export) {
        InetSocketAddress address = server.nbdAddress().orElseThrow();
        return "nbd://127.0.0.1:" + address.getPort() + "/" + export;
    }

    void order(Definition definition, String server, Action action) {
        order(definition, Optional.of(server), action);
    }

    /** Orders all servers of a mirror to do it. */
    void orderAll(Definition definition, Action action) {
        order(definition, Optional.empty(), action);
    }

    /**
     * Orders a flush and waits until the server has done one more, and holds nothing that is not in its image. What it
     * said before the order does not count: the tracker may tell of an earlier flush only now.
     */
    MirrorStatus flush(Definition definition, String server) {
        long before = flushes(definition.mirror(), server);
        long orderedMs = System.currentTimeMillis();
        order(definition, server, Action.FLUSH);
        return await(definition.mirror(), server + " flushed", status -> {
            MirrorStatus.ReplicaStatus replica = replica(status, server);
            ReplicaState state = replica.state();
            return replica.heardMs() >= orderedMs
                    && state.flushes() > before
                    && state.flushedSequence() == state.appliedSequence();
        });
    }

    /** Flushes the source, and each destination when it has taken all of that in; then all have flushed the same. */
    MirrorStatus level(Definition definition) {
        String mirror = definition.mirror();
        MirrorStatus status = flush(definition, definition.source());
        ReplicaState source = replica(status, definition.source()).state();
        for (Definition.Replica replica : definition.replicas()) {
            String server = replica.server();
            status = await(
                    mirror,
                    server + " has taken all in",
                    s -> replica(s, server).state().appliedEpoch() > source.flushedEpoch());
            if (!hasFlushed(status, server, source)) {
                order(definition, server, Action.FLUSH);
            }
            status = await(mirror, server + " has flushed all", s -> hasFlushed(s, server, source));
        }
        return status;
    }

    /** Waits until the tracker says so. */
    MirrorStatus await(String mirror, String what, Predicate<MirrorStatus> condition) {
        return Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> feed.status(mirror),
                        status -> status.filter(condition).isPresent())
                .orElseThrow();
    }

    static MirrorStatus.ReplicaStatus replica(MirrorStatus status, String server) {
        return status.replicas().stream()
                .filter(replica -> replica.server().equals(server))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        opened.close();
    }

    /** Gives an order that holds under conditions; tells its id. */
    UUID order(Definition definition, String server, Action action, Conditions conditions) {
        UUID id = UUID.randomUUID();
        new CommandSender(TOPICS, serdes, client(), PATIENCE)
                .send(new Command(
                        definition.mirrorId(), definition.mirror(), id, Optional.of(server), action, conditions));
        return id;
    }

    /** What servers state from now on. */
    EventTail events() {
        return EventTail.open(TOPICS, serdes, client(), PATIENCE);
    }

    /** Fences the mirror's source as one does who takes the role, and dies before he begins his term. */
    void fence(Definition definition) {
        Map<String, Object> config = new HashMap<>(client());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, definition.transactionalId());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
        }
    }

    private void order(Definition definition, Optional<String> server, Action action) {
        new CommandSender(TOPICS, serdes, client(), PATIENCE)
                .send(new Command(definition.mirrorId(), definition.mirror(), UUID.randomUUID(), server, action));
    }

    private static boolean hasFlushed(MirrorStatus status, String server, ReplicaState source) {
        ReplicaState state = replica(status, server).state();
        return state.flushedEpoch() >= source.flushedEpoch() && state.flushedSequence() >= source.flushedSequence();
    }

    private long flushes(String mirror, String server) {
        return feed.status(mirror)
                .map(status -> replica(status, server).state().flushes())
                .orElse(0L);
    }

    private TopicAdmin admin() {
        return TopicAdmin.open(client(), PATIENCE);
    }

    private TopicPlan plan() {
        return new TopicPlan(TOPICS, TopicSettings.forBrokers(brokers));
    }
}
