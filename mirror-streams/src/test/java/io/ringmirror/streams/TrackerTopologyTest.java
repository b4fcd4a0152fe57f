package io.ringmirror.streams;

import static io.ringmirror.streams.Tales.beat;
import static io.ringmirror.streams.Tales.definition;
import static io.ringmirror.streams.Tales.destination;
import static io.ringmirror.streams.Tales.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.serde.SingleObjectSerializer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, TOPICS.trackerApplication());
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        driver = new TopologyTestDriver(topology(), config, Instant.ofEpochMilli(1000));
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
        definitions.pipeInput("other", definition(1, "a", "b"));
        last();
        events.pipeInput("disk", beat("a", source(2)));

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
        Definition other = new Definition(
                "tape",
                Tales.id(5),
                1,
                0,
                "a",
                List.of(new Definition.Volume("root", 512)),
                List.of(new Definition.Replica("a", Tales.replicaOf("a"))),
                new Definition.Ring(2, 2, 1 << 20),
                0);
        definitions.pipeInput("disk", definition(1, "a", "b"));
        definitions.pipeInput("tape", other);
        events.pipeInput("disk", beat("a", source(2)));

        Map<String, MirrorStatus> answers = statuses.readKeyValuesToMap();
        assertThat(answers.get("disk").sealedEpoch()).isEqualTo(2);
        assertThat(answers.get("tape").sealedEpoch()).isZero();
    }

    @Test
    void definitionsAndEventsMeetInOneTaskWithNamedOperators() {
        TopologyDescription description = topology().describe();

        assertThat(description.subtopologies()).hasSize(1);
        assertThat(description.subtopologies().iterator().next().nodes())
                .extracting(TopologyDescription.Node::name)
                .containsExactlyInAnyOrder(
                        "definitions-topic", "events-topic", "redefine", "fold", "answers", "status-topic");
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

    private Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        TrackerTopology.build(builder, TOPICS, serdes);
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
