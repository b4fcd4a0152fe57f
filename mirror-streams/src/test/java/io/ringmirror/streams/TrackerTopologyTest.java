package io.ringmirror.streams;

import static io.ringmirror.streams.Tales.beat;
import static io.ringmirror.streams.Tales.definition;
import static io.ringmirror.streams.Tales.destination;
import static io.ringmirror.streams.Tales.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.serde.SingleObjectSerializer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrackerTopologyTest {
    private static final TopicNames TOPICS = new TopicNames("rm");

    private final MirrorSerdes serdes = MirrorSerdes.configured(Map.of("record.serializer", Naming.class.getName()));
    private TopologyTestDriver driver;
    private TestInputTopic<String, Definition> definitions;
    private TestInputTopic<String, Event> events;
    private TestOutputTopic<String, MirrorStatus> statuses;

    @BeforeEach
    void run() {
        driver = new TopologyTestDriver(topology(serdes), config(), Instant.ofEpochMilli(1000));
        definitions = driver.createInputTopic(
                TOPICS.definitions(),
                new StringSerializer(),
                serdes.definitions().serializer());
        events = driver.createInputTopic(
                TOPICS.events(), new StringSerializer(), serdes.events().serializer());
        statuses = driver.createOutputTopic(
                TOPICS.status(), new StringDeserializer(), serdes.statuses().deserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
        serdes.close();
    }

    @Test
    void aDefinitionIsAnsweredWithItsGeneration() {
        definitions.pipeInput("disk", definition(4, "a", "b"));

        assertThat(statuses.readKeyValue()).satisfies(answer -> {
            assertThat(answer.key).isEqualTo("disk");
            assertThat(answer.value.generation()).isEqualTo(4);
            assertThat(answer.value.verdict()).isEqualTo(MirrorStatus.Verdict.WAITING);
        });
    }

    @Test
    void ofTwoDefinitionsOfOneGenerationTheFirstOneStands() {
        definitions.pipeInput("disk", definition(1, "a", "b"));
        definitions.pipeInput("disk", definition(2, "a", "c"));
        definitions.pipeInput("disk", definition(2, "a", "d"));
        events.pipeInput("disk", beat("a", source(2)));

        assertThat(last().replicas())
                .extracting(MirrorStatus.ReplicaStatus::server)
                .containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void bothReplicasFlushedReleasesAnEpoch() {
        definitions.pipeInput("disk", definition(1, "a", "b"));
        events.pipeInput("disk", beat("a", source(2)));
        events.pipeInput("disk", beat("b", destination(1, 2)));

        assertThat(statuses.readValuesToList())
                .extracting(MirrorStatus::releasedEpoch)
                .containsExactly(0L, 0L, 1L);
    }

    @Test
    void theEventsTimeIsWhenItCameIntoTheLogF23() {
        definitions.pipeInput("disk", definition(1, "a", "b"));
        events.pipeInput("disk", beat("a", source(2)), Instant.ofEpochMilli(7777));

        assertThat(last().replicas())
                .extracting(MirrorStatus.ReplicaStatus::heardMs)
                .contains(7777L);
    }

    @Test
    void eventsOfAMirrorThatIsNotDefinedCountForNothing() {
        events.pipeInput("disk", beat("a", source(2)));
        events.pipeInput("disk", beat("b", destination(2, 2)));
        assertThat(statuses.isEmpty()).isTrue();
        definitions.pipeInput("disk", definition(1, "a", "b"));

        assertThat(last().releasedEpoch()).isZero();
        assertThat(refused()).isEqualTo(2);
    }

    @Test
    void anEventUnderAnotherMirrorsKeyCountsForNothing() {
        definitions.pipeInput("tape", tape());
        last();
        events.pipeInput("tape", beat("a", source(2)));

        assertThat(statuses.isEmpty()).isTrue();
    }

    @Test
    void anEmptyEventCountsForNothing() {
        definitions.pipeInput("disk", definition(1, "a", "b"));
        last();
        events.pipeInput("disk", (Event) null);

        assertThat(statuses.isEmpty()).isTrue();
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void aRepeatedEventIsNotAnsweredAgain() {
        definitions.pipeInput("disk", definition(1, "a", "b"));
        events.pipeInput("disk", beat("a", source(2)), 5000);
        last();
        events.pipeInput("disk", beat("a", source(2)), 5000);

        assertThat(statuses.isEmpty()).isTrue();
    }

    /** What a stranger put into the topic, under a key that nobody knows and under a mirror's. */
    @Test
    void anEventThatCannotBeReadIsCountedAndPassedOverF19() {
        definitions.pipeInput("disk", definition(1, "a", "b"));
        raw(TOPICS.events()).pipeInput("?", "garbage".getBytes(StandardCharsets.UTF_8));
        raw(TOPICS.events()).pipeInput("disk", new byte[0]);
        raw(TOPICS.events()).pipeInput((String) null, new byte[7]);
        events.pipeInput((String) null, beat("a", source(2)));
        definitions.pipeInput((String) null, definition(2, "a", "b"));
        events.pipeInput("disk", beat("a", source(2)));

        assertThat(last().sealedEpoch()).isEqualTo(2);
        assertThat(refused()).isEqualTo(5);
    }

    @Test
    void aDefinitionThatCannotBeReadEndsTheReleasesOfItsMirrorAloneF19() {
        definitions.pipeInput("disk", definition(1, "a", "b"));
        definitions.pipeInput("tape", tape());
        events.pipeInput("disk", beat("a", source(2)));
        raw(TOPICS.definitions()).pipeInput("disk", "garbage".getBytes(StandardCharsets.UTF_8));

        assertThat(last().reason())
                .startsWith(
                        "its definition counts for nothing, and nothing is released: topic rm.definitions, partition 0,"
                                + " offset 2 cannot be read: ");
        events.pipeInput("disk", beat("b", destination(2, 2)));
        assertThat(statuses.isEmpty()).isTrue();
        events.pipeInput(
                "tape",
                new Event(
                        Tales.id(5),
                        "tape",
                        "a",
                        Tales.replicaOf("a"),
                        1,
                        0,
                        new Event.Fact.Beat(),
                        source(1),
                        Set.of()));
        assertThat(last().releasedEpoch()).isEqualTo(1);

        definitions.pipeInput("disk", definition(2, "a", "b"));
        events.pipeInput("disk", beat("b", destination(2, 2)));
        assertThat(last().releasedEpoch()).isEqualTo(2);
    }

    @Test
    void aDefinitionUnderAnotherMirrorsKeyEndsTheReleasesOfThatAndIsNobodysF19() {
        definitions.pipeInput("disk", definition(1, "a", "b"));
        definitions.pipeInput("disk", tape());

        assertThat(last().reason())
                .startsWith("its definition counts for nothing, and nothing is released:")
                .endsWith("cannot be read: it is of mirror 'tape'");
        events.pipeInput("disk", beat("a", source(2)));
        assertThat(statuses.isEmpty()).isTrue();
    }

    /** Passed over, the event would be lost, and a mirror would lose its definition. */
    @Test
    void aRecordWhoseSchemaNoRegistryTellsIsNotPassedOverF19() {
        byte[] ofTheRegistry = {0, 0, 0, 0, 7, 1, 2, 3};
        try (MirrorSerdes away = MirrorSerdes.configured(
                        Map.of("record.format", "schema-registry", "schema.registry.url", "http://127.0.0.1:1"));
                TopologyTestDriver waiting = new TopologyTestDriver(topology(away), config())) {
            for (String topic : List.of(TOPICS.definitions(), TOPICS.events())) {
                assertThatThrownBy(
                                () -> waiting.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer())
                                        .pipeInput("disk", ofTheRegistry))
                        .as(topic)
                        .hasRootCauseInstanceOf(ClosedChannelException.class);
            }
        }
    }

    @Test
    void beatsOfAnIdleMirrorAreToldEveryTenSeconds() {
        level();
        for (int second = 1; second <= 60; second++) {
            driver.advanceWallClockTime(Duration.ofSeconds(1));
            events.pipeInput("disk", beat("a", source(2)), 5_000 + 1000L * second);
            events.pipeInput("disk", beat("b", destination(2, 2)), 5_000 + 1000L * second);
        }

        assertThat(statuses.readValuesToList())
                .hasSize(6)
                .allSatisfy(status -> assertThat(status.verdict()).isEqualTo(MirrorStatus.Verdict.IN_SYNC));
    }

    @Test
    void aServerThatIsSilentIsToldWithoutAnybodySpeaking() {
        level();
        for (int second = 0; second < 15; second++) {
            driver.advanceWallClockTime(Duration.ofSeconds(1));
        }

        assertThat(statuses.readValuesToList())
                .extracting(MirrorStatus::verdict)
                .contains(MirrorStatus.Verdict.SILENT);
    }

    /** A pause of the process, or a clock that was set: others may have spoken meanwhile. */
    @Test
    void aTrackerThatWasPausedCallsNobodySilentForItF23() {
        level();
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        driver.advanceWallClockTime(Duration.ofHours(2));

        assertThat(last(statuses.readValuesToList()).map(MirrorStatus::verdict))
                .isNotEqualTo(Optional.of(MirrorStatus.Verdict.SILENT));
    }

    @Test
    void figuresOfABusyMirrorAreToldEverySecondAndAFlushAtOnce() {
        level();
        for (int tenth = 1; tenth <= 100; tenth++) {
            events.pipeInput("disk", beat("a", Tales.holding(source(2), 20 + tenth, 5_100)), 5_000 + 100L * tenth);
        }
        assertThat(statuses.readValuesToList()).hasSizeBetween(9, 12);
        events.pipeInput("disk", beat("a", source(14)), 15_010);

        assertThat(last().sealedEpoch()).isEqualTo(14);
    }

    private void level() {
        definitions.pipeInput("disk", definition(1, "a", "b"), 4_000);
        events.pipeInput("disk", beat("a", source(2)), 5_000);
        events.pipeInput("disk", beat("b", destination(2, 2)), 5_000);
        assertThat(last().verdict()).isEqualTo(MirrorStatus.Verdict.IN_SYNC);
    }

    private static Optional<MirrorStatus> last(List<MirrorStatus> told) {
        return told.isEmpty() ? Optional.empty() : Optional.of(told.get(told.size() - 1));
    }

    private TestInputTopic<String, byte[]> raw(String topic) {
        return driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
    }

    private static Definition tape() {
        return new Definition(
                "tape",
                Tales.id(5),
                1,
                0,
                "a",
                List.of(new Definition.Volume("root", 512)),
                List.of(new Definition.Replica("a", Tales.replicaOf("a"))),
                new Definition.Ring(2, 2, 1 << 20),
                0);
    }

    @Test
    void aDeletedMirrorsStatusIsDeleted() {
        definitions.pipeInput("disk", definition(1, "a", "b"));
        events.pipeInput("disk", beat("a", source(2)));
        definitions.pipeInput("disk", (Definition) null);

        List<KeyValue<String, MirrorStatus>> answers = statuses.readKeyValuesToList();
        assertThat(answers.get(answers.size() - 1)).isEqualTo(new KeyValue<>("disk", null));
        events.pipeInput("disk", beat("b", destination(2, 2)));
        assertThat(statuses.isEmpty()).isTrue();
    }

    @Test
    void mirrorsDoNotMeet() {
        definitions.pipeInput("disk", definition(1, "a", "b"));
        definitions.pipeInput("tape", tape());
        events.pipeInput("disk", beat("a", source(2)));

        Map<String, MirrorStatus> answers = statuses.readKeyValuesToMap();
        assertThat(answers.get("disk").sealedEpoch()).isEqualTo(2);
        assertThat(answers.get("tape").sealedEpoch()).isZero();
    }

    @Test
    void definitionsAndEventsMeetInOneTaskWithNamedOperators() {
        TopologyDescription description = topology(serdes).describe();

        assertThat(description.subtopologies()).hasSize(1);
        assertThat(description.subtopologies().iterator().next().nodes())
                .extracting(TopologyDescription.Node::name)
                .containsExactlyInAnyOrder("definitions-and-events", "fold", "status-topic");
    }

    /** Those that docs/protocol.md names, for registries in which nobody registers by writing. */
    @Test
    void itsMemoryIsInTwoTopicsMoreWithValuesOfTheirOwn() {
        definitions.pipeInput("disk", definition(1, "a", "b"));
        events.pipeInput("disk", beat("a", source(2)));

        assertThat(Naming.TOPICS_WRITTEN)
                .containsExactlyInAnyOrder(
                        "rm.definitions",
                        "rm.events",
                        "rm.status",
                        "rm.tracker-definitions-changelog",
                        "rm.tracker-statuses-changelog");
    }

    /** Notes the topics that values are made for, as a registry's serializer makes subjects of them. */
    public static final class Naming implements Serializer<Object> {
        private static final Set<String> TOPICS_WRITTEN = ConcurrentHashMap.newKeySet();

        @SuppressWarnings("unchecked") // It is given what the other one takes.
        private final Serializer<Object> usual = (Serializer<Object>) (Serializer<?>) new SingleObjectSerializer();

        @Override
        public byte[] serialize(String topic, Object value) {
            TOPICS_WRITTEN.add(topic);
            return usual.serialize(topic, value);
        }
    }

    private static Properties config() {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, TOPICS.trackerApplication());
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        return config;
    }

    private static Topology topology(MirrorSerdes serdes) {
        StreamsBuilder builder = new StreamsBuilder();
        TrackerTopology.build(builder, TOPICS, serdes, new Progress(System::nanoTime));
        return builder.build();
    }

    private MirrorStatus last() {
        List<MirrorStatus> answers = statuses.readValuesToList();
        return answers.get(answers.size() - 1);
    }

    private double refused() {
        return driver.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("refused-events-total"))
                .mapToDouble(metric -> (double) metric.metricValue())
                .sum();
    }
}
