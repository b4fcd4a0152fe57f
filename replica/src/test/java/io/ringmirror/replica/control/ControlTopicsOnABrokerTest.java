package io.ringmirror.replica.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.Samples;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.registry.RegistrySettings;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.testing.TestCluster;
import io.ringmirror.testing.TestRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Feed and events on a real broker; each test has topics of its own. */
@Timeout(120)
class ControlTopicsOnABrokerTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static TestCluster cluster;
    private static Admin admin;
    private static KafkaProducer<String, byte[]> producer;

    private final TopicNames names = new TopicNames("t-" + UUID.randomUUID());
    private final MirrorSerdes serdes = MirrorSerdes.configured(Map.of());
    private final Map<String, Object> client = Map.of("bootstrap.servers", cluster.bootstrapServers());
    private final Heard heard = new Heard();
    private ControlFeed feed;

    @BeforeAll
    static void startBroker() throws Exception {
        cluster = TestCluster.start();
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        admin.close();
        cluster.close();
    }

    @BeforeEach
    void open() {
        feed = ControlFeed.open(names, client, serdes);
        feed.addListener(heard);
    }

    @AfterEach
    void close() {
        feed.close();
        serdes.close();
    }

    @Test
    void whatWasThereIsKnownOnceCaughtUpButOldOrdersAreNotCarriedOutLate() throws Exception {
        makeTopics();
        Definition definition = Samples.definition();
        MirrorStatus status = Samples.status();
        Command command = Samples.commands().findFirst().orElseThrow();
        send(names.definitions(), "mirror", serdes.definitions().serializer().serialize("", definition));
        send(names.status(), "mirror", serdes.statuses().serializer().serialize("", status));
        send(names.commands(), "mirror", serdes.commands().serializer().serialize("", command));

        feed.start();
        feed.awaitCaughtUp(BOUND);
        assertThat(feed.definitions()).containsExactly(Map.entry("mirror", definition));
        assertThat(feed.status("mirror")).contains(status);
        assertThat(heard.definitions).containsExactly(definition);
        assertThat(heard.statuses).containsExactly(status);
        assertThat(heard.commands).isEmpty();

        Command fresh = Samples.commands().skip(1).findFirst().orElseThrow();
        send(names.commands(), "mirror", serdes.commands().serializer().serialize("", fresh));
        await().until(() -> !heard.commands.isEmpty());
        assertThat(heard.commands).containsExactly(fresh);
    }

    @Test
    void ofTwoDefinitionsOfOneGenerationTheFirstOneIsKnown() throws Exception {
        makeTopics();
        Definition first = Samples.definition();
        Definition second = new Definition(
                first.mirror(),
                first.mirrorId(),
                first.generation(),
                first.createdMs(),
                first.source(),
                first.volumes(),
                first.replicas(),
                first.ring(),
                1);
        Definition later = first.with(new Definition.Replica("third", UUID.randomUUID()));
        feed.start();
        for (Definition each : List.of(first, second, later)) {
            send(
                    names.definitions(),
                    "mirror",
                    serdes.definitions().serializer().serialize("", each));
        }
        await().until(() -> heard.definitions.contains(later));
        assertThat(heard.definitions).containsExactly(first, later);
    }

    @Test
    void aDeletedDefinitionIsForgotten() throws Exception {
        makeTopics();
        send(names.definitions(), "mirror", serdes.definitions().serializer().serialize("", Samples.definition()));
        feed.start();
        feed.awaitCaughtUp(BOUND);
        send(names.status(), "mirror", null);
        send(names.definitions(), "mirror", null);
        await().until(() -> heard.undefined.contains("mirror"));
        assertThat(feed.definitions()).isEmpty();
        assertThat(feed.status("mirror")).isEmpty();
    }

    @Test
    void aListenerThatLeftHearsNothing() throws Exception {
        makeTopics();
        feed.start();
        feed.awaitCaughtUp(BOUND);
        Heard second = new Heard();
        feed.addListener(second);
        feed.removeListener(heard);
        send(names.status(), "mirror", serdes.statuses().serializer().serialize("", Samples.status()));
        await().until(() -> !second.statuses.isEmpty());
        assertThat(heard.statuses).isEmpty();
    }

    @Test
    void aStatusOrAnOrderThatCannotBeReadIsCountedAndPassedOverF19() throws Exception {
        makeTopics();
        feed.start();
        feed.awaitCaughtUp(BOUND);
        byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);
        send(names.status(), "mirror", garbage);
        send(names.status(), "?", garbage);
        send(names.commands(), "mirror", garbage);
        send(names.commands(), null, garbage);
        Command command = Samples.commands().findFirst().orElseThrow();
        send(names.commands(), "mirror", serdes.commands().serializer().serialize("", command));
        send(names.status(), "mirror", serdes.statuses().serializer().serialize("", Samples.status()));

        await().until(() -> !heard.statuses.isEmpty() && !heard.commands.isEmpty());
        assertThat(heard.statuses).containsExactly(Samples.status());
        assertThat(heard.commands).containsExactly(command);
        assertThat(feed.unreadable()).isEqualTo(4);
        assertThat(feed.failure()).isEmpty();
    }

    @Test
    void nothingIsReleasedOfAMirrorWhoseDefinitionCannotBeReadF19() throws Exception {
        makeTopics();
        byte[] definition = serdes.definitions().serializer().serialize("", Samples.definition());
        byte[] status = serdes.statuses().serializer().serialize("", Samples.status());
        send(names.definitions(), "mirror", definition);
        feed.start();
        feed.awaitCaughtUp(BOUND);
        send(names.status(), "mirror", status);
        await().until(() -> feed.status("mirror").isPresent());

        send(names.definitions(), "mirror", "garbage".getBytes(StandardCharsets.UTF_8));
        await().until(() -> feed.status("mirror").isEmpty());
        assertThat(feed.definitions()).isEmpty();
        send(names.status(), "mirror", status);
        send(names.status(), "other", "garbage, behind the status".getBytes(StandardCharsets.UTF_8));
        await().until(() -> feed.unreadable() == 2);
        assertThat(feed.status("mirror")).isEmpty();
        assertThat(heard.statuses).as("of the time before").hasSize(1);

        send(names.definitions(), "mirror", definition);
        await().until(() -> feed.definitions().containsKey("mirror"));
        send(names.status(), "mirror", status);
        await().until(() -> feed.status("mirror").isPresent());
    }

    @Test
    void whatIsUnderAnotherMirrorsKeyIsNobodysF19() throws Exception {
        makeTopics();
        feed.start();
        feed.awaitCaughtUp(BOUND);
        send(names.definitions(), "other", serdes.definitions().serializer().serialize("", Samples.definition()));
        send(names.status(), "other", serdes.statuses().serializer().serialize("", Samples.status()));
        Command command = Samples.commands().findFirst().orElseThrow();
        send(names.commands(), "other", serdes.commands().serializer().serialize("", command));
        await().until(() -> feed.unreadable() == 3);

        assertThat(feed.definitions()).isEmpty();
        assertThat(feed.status("other")).isEmpty();
        assertThat(heard.definitions).isEmpty();
        assertThat(heard.statuses).isEmpty();
        assertThat(heard.commands).isEmpty();
        assertThat(feed.failure()).isEmpty();
    }

    @Test
    void aRecordWhoseSchemaTheRegistryDoesNotTellYetIsTakenWhenItDoes() throws Exception {
        makeTopics();
        try (TestRegistry registry = TestRegistry.start();
                GuardedRegistry guarded = new GuardedRegistry(registry.url());
                MirrorSerdes writing = registrySerdes(registry.url());
                MirrorSerdes reading = registrySerdes(guarded.url());
                ControlFeed waiting = ControlFeed.open(names, client, reading)) {
            waiting.addListener(heard);
            waiting.start();
            waiting.awaitCaughtUp(BOUND);
            guarded.refuse(true);
            Definition definition = Samples.definition();
            MirrorStatus status = Samples.status();
            send(
                    names.definitions(),
                    "mirror",
                    writing.definitions().serializer().serialize(names.definitions(), definition));
            send(names.status(), "mirror", writing.statuses().serializer().serialize(names.status(), status));
            await().atMost(BOUND).until(() -> guarded.refused() > RegistrySettings.DEFAULT_ROUNDS);
            assertThat(heard.definitions).isEmpty();

            guarded.refuse(false);
            await().atMost(BOUND).until(() -> !heard.definitions.isEmpty() && !heard.statuses.isEmpty());
            assertThat(heard.definitions).containsExactly(definition);
            assertThat(heard.statuses).containsExactly(status);
            assertThat(waiting.failure()).isEmpty();
        }
    }

    @Test
    void ordersAreTakenFromATopicThatWasMadeAnew() throws Exception {
        makeTopics();
        feed.start();
        feed.awaitCaughtUp(BOUND);
        Command command = Samples.commands().findFirst().orElseThrow();
        byte[] order = serdes.commands().serializer().serialize("", command);
        send(names.commands(), "mirror", order);
        send(names.commands(), "mirror", order);
        await().until(() -> heard.commands.size() == 2);

        admin.deleteTopics(List.of(names.commands())).all().get();
        await().atMost(BOUND).ignoreExceptions().until(() -> {
            makeTopic(names.commands());
            return true;
        });
        await().atMost(BOUND).until(() -> {
            send(names.commands(), "mirror", order);
            return heard.commands.size() > 2;
        });
        assertThat(feed.failure()).isEmpty();
    }

    @Test
    void aMissingTopicIsNamedWithWhatToDo() {
        feed.start();
        assertThatThrownBy(() -> feed.awaitCaughtUp(BOUND))
                .isInstanceOf(UnknownTopicOrPartitionException.class)
                .hasMessageContainingAll(names.definitions(), "ringmirror topics --execute");
    }

    @Test
    void aFeedThatNeverStartedCanBeClosed() {
        feed.close();
        feed.close();
        assertThat(feed.failure()).isEmpty();
    }

    @Test
    void theFirstEventIsSentToo() throws Exception {
        makeTopics();
        Event event = Samples.events().findFirst().orElseThrow();
        try (EventPublisher publisher =
                EventPublisher.open(names, client, serdes.events().serializer(), BOUND)) {
            publisher.publish(event);
            await().until(() -> publisher.sent() + publisher.dropped() == 1);
            assertThat(publisher.dropped()).isZero();
        }
        try (KafkaConsumer<String, Event> consumer = new KafkaConsumer<>(
                client, new StringDeserializer(), serdes.events().deserializer())) {
            TopicPartition partition = new TopicPartition(names.events(), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<Event> events = new CopyOnWriteArrayList<>();
            await().until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    assertThat(record.key()).isEqualTo("mirror");
                    events.add(record.value());
                });
                return !events.isEmpty();
            });
            assertThat(events).containsExactly(event);
        }
    }

    @Test
    void eventsWithoutATopicAreRefusedAtTheStart() {
        assertThatThrownBy(
                        () -> EventPublisher.open(names, client, serdes.events().serializer(), Duration.ofMillis(500)))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining(names.events());
    }

    private static MirrorSerdes registrySerdes(String registry) {
        return MirrorSerdes.configured(Map.of("record.format", "schema-registry", "schema.registry.url", registry));
    }

    private void makeTopics() throws Exception {
        for (String name : List.of(names.definitions(), names.events(), names.status(), names.commands())) {
            makeTopic(name);
        }
    }

    private static void makeTopic(String name) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty())))
                .all()
                .get();
    }

    private static void send(String topic, String key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topic, key, value)).get();
    }

    /** Notes what the feed brings. */
    private static final class Heard implements ControlFeed.Listener {
        private final List<Definition> definitions = new CopyOnWriteArrayList<>();
        private final List<String> undefined = new CopyOnWriteArrayList<>();
        private final List<MirrorStatus> statuses = new CopyOnWriteArrayList<>();
        private final List<Command> commands = new CopyOnWriteArrayList<>();

        @Override
        public void defined(Definition definition) {
            definitions.add(definition);
        }

        @Override
        public void undefined(String mirror) {
            undefined.add(mirror);
        }

        @Override
        public void status(MirrorStatus status) {
            statuses.add(status);
        }

        @Override
        public void commanded(Command command, long logTimeMs) {
            commands.add(command);
        }
    }
}
