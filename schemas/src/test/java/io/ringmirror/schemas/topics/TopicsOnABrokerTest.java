package io.ringmirror.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Samples;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.Finding.Severity;
import io.ringmirror.testing.TestCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test has a prefix, and so topics, of its own. */
class TopicsOnABrokerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Definition MIRROR = Definition.first(
            "mirror",
            "berlin",
            List.of("paris"),
            List.of(new Definition.Volume("disk", 1 << 20)),
            new Definition.Ring(3, 64, 1 << 30),
            60_000);
    private static TestCluster cluster;

    private final TopicNames names = new TopicNames("t-" + UUID.randomUUID());
    private final TopicPlan plan = new TopicPlan(names, TopicSettings.forBrokers(1));
    private final MirrorSerdes serdes = MirrorSerdes.configured(Map.of());
    private Map<String, Object> client;
    private TopicAdmin admin;

    @BeforeAll
    static void startBroker() throws Exception {
        cluster = TestCluster.start();
    }

    @AfterAll
    static void stopBroker() {
        cluster.close();
    }

    @BeforeEach
    void open() {
        client = Map.of("bootstrap.servers", cluster.bootstrapServers());
        admin = TopicAdmin.open(client, TIMEOUT);
    }

    @AfterEach
    void close() {
        admin.close();
        serdes.close();
    }

    @Test
    void topicsMadeByThePlanNeedNoChangeAndAreSafeButForTheLoneBroker() {
        List<PlannedTopic> all = List.of(
                plan.shared().get(0),
                plan.shared().get(1),
                plan.shared().get(2),
                plan.shared().get(3),
                plan.ring(MIRROR));
        List<TopicChange> changes = admin.changes(all);
        assertThat(changes).hasSize(5).allMatch(TopicChange.Create.class::isInstance);
        admin.apply(changes);
        admin.apply(changes);

        assertThat(admin.changes(all)).isEmpty();
        assertThat(admin.makeSafe(new TopicCheck(names), List.of("mirror")))
                .extracting(Finding::severity, Finding::subject, Finding::key)
                .containsExactly(tuple(Severity.WARNING, names.ring("mirror"), "replication.factor"));
    }

    @Test
    void theEndsOfLogsAreToldAndThoseThatNobodyAnswersForLeftOut() throws Exception {
        PlannedTopic ring = plan.ring(MIRROR);
        admin.apply(admin.changes(List.of(ring)));
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(ring.name(), 1, null, new byte[1]))
                    .get();
        }
        TopicPartition empty = new TopicPartition(ring.name(), 0);
        TopicPartition written = new TopicPartition(ring.name(), 1);
        try (TopicAdmin hasty = TopicAdmin.open(client, Duration.ofSeconds(2))) {
            assertThat(hasty.logEnds(List.of(empty, written, new TopicPartition(names.ring("none"), 0))))
                    .containsExactlyInAnyOrderEntriesOf(Map.of(empty, 0L, written, 1L));
        }
    }

    @Test
    void whatIsNotAsPlannedIsFoundRefusedAndMended() {
        PlannedTopic ring = plan.ring(MIRROR);
        admin.apply(admin.changes(plan.shared()));
        admin.apply(List.of(
                new TopicChange.Create(new PlannedTopic(ring.name(), 1, (short) 1, Map.of("retention.ms", "60000")))));

        assertThatThrownBy(() -> admin.requireSafe(new TopicCheck(names), List.of("mirror")))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining(ring.name() + ": retention.ms is 60000, must be -1")
                .hasMessageContaining("\n");
        assertThat(admin.changes(List.of(ring)))
                .contains(
                        new TopicChange.Grow(ring.name(), 3),
                        new TopicChange.Alter(ring.name(), "retention.ms", "60000", "-1"));
        admin.apply(admin.changes(List.of(ring)));
        assertThat(admin.changes(List.of(ring))).isEmpty();
    }

    @Test
    void aMissingTopicIsRefusedByName() {
        assertThatThrownBy(() -> admin.requireSafe(new TopicCheck(names), List.of("mirror")))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining(names.ring("mirror") + ": topic is missing");
        assertThatThrownBy(() -> definitions().all())
                .isInstanceOf(TopicException.class)
                .hasMessageContaining(names.definitions() + ": topic is missing");
        assertThatThrownBy(() -> definitions().put(MIRROR)).isInstanceOf(TopicException.class);
        assertThat(admin.facts(List.of(names.definitions())).topics()).isEmpty();
    }

    @Test
    void aRingGrowsAndNeverShrinksF13() {
        PlannedTopic ring = plan.ring(MIRROR);
        admin.apply(List.of(new TopicChange.Create(ring)));
        admin.grow(ring.name(), 5);
        admin.grow(ring.name(), 5);
        admin.grow(ring.name(), 4);
        assertThat(admin.facts(List.of(ring.name())).topics().get(ring.name()).partitions())
                .isEqualTo(5);
    }

    @Test
    void recordsOfALogAreDeletedBelowAnOffsetAndAgainToNoEffect() throws Exception {
        PlannedTopic ring = plan.ring(MIRROR);
        admin.apply(List.of(new TopicChange.Create(ring)));
        for (int i = 0; i < 5; i++) {
            send(ring.name(), "x");
        }
        assertThat(admin.deleteRecords(ring.name(), 0, 3)).isEqualTo(3);
        assertThat(admin.deleteRecords(ring.name(), 0, 2)).isEqualTo(3);
    }

    @Test
    void aTopicIsDeletedAndAgainToNoEffect() {
        PlannedTopic ring = plan.ring(MIRROR);
        admin.apply(List.of(new TopicChange.Create(ring)));
        admin.deleteTopic(ring.name());
        admin.deleteTopic(ring.name());
        assertThat(admin.facts(List.of(ring.name())).topics()).isEmpty();
    }

    @Test
    void theLatestDefinitionOfEachMirrorIsReadUntilItIsDeleted() {
        admin.apply(admin.changes(plan.shared()));
        DefinitionStore definitions = definitions();
        assertThat(definitions.all()).isEmpty();
        Definition changed = new Definition(
                MIRROR.mirror(),
                MIRROR.mirrorId(),
                MIRROR.generation() + 1,
                5,
                MIRROR.source(),
                MIRROR.volumes(),
                MIRROR.replicas(),
                MIRROR.ring(),
                7);
        definitions.put(MIRROR);
        definitions.put(changed);
        assertThat(definitions.all()).containsExactly(changed);
        assertThat(definitions.find("mirror")).hasValue(changed);
        assertThat(definitions.find("other")).isEmpty();

        definitions.delete(changed);
        assertThat(definitions.all()).isEmpty();
        assertThat(new StatusReader(names, serdes, client, TIMEOUT).all()).isEmpty();
    }

    @Test
    void ofTwoDefinitionsOfOneGenerationTheFirstOneStandsAndTheLoserIsToldWhoWasFirst() {
        admin.apply(admin.changes(plan.shared()));
        DefinitionStore definitions = definitions();
        definitions.put(MIRROR);
        Definition one = MIRROR.with(new Definition.Replica("voss", UUID.randomUUID()));
        Definition other = MIRROR.with(new Definition.Replica("hamar", UUID.randomUUID()));
        definitions.put(one);

        assertThatThrownBy(() -> definitions.put(other))
                .isInstanceOf(DefinitionConflictException.class)
                .hasMessageContainingAll(
                        "was changed meanwhile",
                        "by " + System.getProperty("user.name"),
                        "generation 2",
                        "voss",
                        "Nothing was done");
        assertThatThrownBy(() -> definitions.put(new Definition(
                        MIRROR.mirror(),
                        UUID.randomUUID(),
                        1,
                        6,
                        MIRROR.source(),
                        MIRROR.volumes(),
                        MIRROR.replicas(),
                        MIRROR.ring(),
                        0)))
                .isInstanceOf(DefinitionConflictException.class)
                .hasMessageContaining(
                        "there is a mirror 'mirror', with id " + one.mirrorId().toString());
        assertThatThrownBy(() -> definitions.delete(MIRROR)).isInstanceOf(DefinitionConflictException.class);
        assertThat(definitions.all()).containsExactly(one);

        definitions.delete(one);
        definitions.delete(one);
        assertThatThrownBy(() -> definitions.put(one.without("voss", "berlin")))
                .isInstanceOf(DefinitionConflictException.class)
                .hasMessageContaining("deleted meanwhile");
        assertThat(definitions.all()).isEmpty();
    }

    @Test
    void whoeverTakesADefinitionInHandLaterIsTheOnlyOneWhoCanChangeIt() {
        admin.apply(admin.changes(plan.shared()));
        DefinitionStore definitions = definitions();
        try (DefinitionChange early = definitions.begin("mirror");
                DefinitionChange late = definitions.begin("mirror")) {
            early.requireNone();
            assertThatThrownBy(() -> early.put(MIRROR))
                    .isInstanceOf(DefinitionConflictException.class)
                    .hasMessageContaining("by another command at this moment");
            late.put(MIRROR);
        }
        assertThat(definitions.all()).containsExactly(MIRROR);
    }

    @Test
    void aCommandThatDiedInTheMiddleOfAChangeHoldsUpNobody() throws Exception {
        admin.apply(admin.changes(plan.shared()));
        DefinitionStore definitions = definitions();
        try (KafkaProducer<byte[], byte[]> sameMirror = dying(names.definitionWriter("mirror"));
                KafkaProducer<byte[], byte[]> otherMirror = dying(names.definitionWriter("other"))) {
            definitions.put(MIRROR);

            assertThatThrownBy(sameMirror::commitTransaction).isInstanceOf(ProducerFencedException.class);
            assertThatThrownBy(otherMirror::commitTransaction).isInstanceOf(KafkaException.class);
            assertThat(definitions.find("mirror")).contains(MIRROR);
        }
        assertThatThrownBy(() -> definitions.put(MIRROR)).isInstanceOf(DefinitionConflictException.class);
    }

    @Test
    void aTopicIsMadeOnceAndDeletedByWhatItIs() {
        PlannedTopic ring = plan.ring(MIRROR);
        Uuid first = admin.make(ring);
        assertThatThrownBy(() -> admin.make(ring)).isInstanceOf(TopicExistsException.class);

        admin.deleteTopic(ring.name(), Uuid.randomUuid());
        assertThat(admin.topicIds(List.of(ring.name()))).containsEntry(ring.name(), first);

        admin.deleteTopic(ring.name(), first);
        assertThat(admin.topicIds(List.of(ring.name()))).isEmpty();
    }

    @Test
    void aDefinitionThatCannotBeReadIsNamedAndHidesNoOther() throws Exception {
        admin.apply(admin.changes(plan.shared()));
        definitions().put(MIRROR);
        send(names.definitions(), "no record");

        assertThat(definitions().all()).containsExactly(MIRROR);
        assertThat(definitions().unreadable())
                .singleElement()
                .asString()
                .startsWith("topic " + names.definitions() + ", partition 0, offset 2 cannot be read: ");
        assertThatThrownBy(() -> definitions().find("k"))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("the definition of mirror 'k': topic " + names.definitions());
    }

    @Test
    void anEventThatCannotBeReadIsPassedOverByThoseWhoListen() throws Exception {
        admin.apply(admin.changes(plan.shared()));
        Event event = Samples.events().findFirst().orElseThrow();
        try (EventTail tail = EventTail.open(names, serdes, client, TIMEOUT)) {
            send(names.events(), "no record");
            send(names.events(), serdes.events().serializer().serialize(names.events(), event));

            List<Event> heard = List.of();
            for (int polls = 0; heard.isEmpty() && polls < 20; polls++) {
                heard = tail.poll(Duration.ofSeconds(1));
            }
            assertThat(heard).containsExactly(event);
        }
    }

    @Test
    void brokersThatAreNotThereAreNamedWithinTheTimeout() throws IOException {
        String nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = "127.0.0.1:" + free.getLocalPort();
        }
        Map<String, Object> lost = Map.of("bootstrap.servers", nobody);
        Duration brief = Duration.ofSeconds(1);
        try (TopicAdmin unheard = TopicAdmin.open(lost, brief)) {
            assertThatThrownBy(() -> unheard.facts(List.of("t")))
                    .isInstanceOf(ClusterUnreachableException.class)
                    .hasMessageContaining(nobody);
        }
        assertThatThrownBy(() -> new DefinitionStore(names, serdes, lost, brief).all())
                .isInstanceOf(ClusterUnreachableException.class)
                .hasMessageContaining(nobody);
    }

    @Test
    void aHostThatDoesNotExistIsNamed() {
        Map<String, Object> lost = Map.of("bootstrap.servers", "no-such-host.invalid:9092");
        assertThatThrownBy(() -> TopicAdmin.open(lost, Duration.ofSeconds(1)).facts(List.of("t")))
                .isInstanceOf(ClusterUnreachableException.class)
                .hasMessageContaining("no-such-host.invalid");
        assertThatThrownBy(() -> new DefinitionStore(names, serdes, lost, Duration.ofSeconds(1)).all())
                .isInstanceOf(ClusterUnreachableException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    private DefinitionStore definitions() {
        return new DefinitionStore(names, serdes, client, TIMEOUT);
    }

    /** A writer that has written something unreadable under this id, and does not go on. */
    private KafkaProducer<byte[], byte[]> dying(String transactionalId) throws Exception {
        Map<String, Object> config = new HashMap<>(client);
        config.put("transactional.id", transactionalId);
        config.put("transaction.timeout.ms", 1_000);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(names.definitions(), new byte[] {1}, new byte[] {1}))
                .get();
        return producer;
    }

    private void send(String topic, String value) throws Exception {
        send(topic, value.getBytes(StandardCharsets.UTF_8));
    }

    private void send(String topic, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, "k".getBytes(StandardCharsets.UTF_8), value))
                    .get();
        }
    }
}
