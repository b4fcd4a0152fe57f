package io.ringmirror.streams;

import static io.ringmirror.streams.Tales.beat;
import static io.ringmirror.streams.Tales.definition;
import static io.ringmirror.streams.Tales.destination;
import static io.ringmirror.streams.Tales.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.TopicPlan;
import io.ringmirror.schemas.topics.TopicSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;

/**
 * What the beats of 100 idle mirrors leave in the topics in a month: an hour of one goes through the real topology, and as
 * nothing changes in it every hour of every mirror is like it.
 */
class IdleMonthTest {
    private static final TopicNames TOPICS = new TopicNames("rm");
    private static final int MIRRORS = 100;
    private static final int HOURS_A_MONTH = 720;
    private static final long MIB = 1L << 20;
    /** Of a batch that holds one record, and of the record. */
    private static final int OVERHEAD_BYTES = 70;

    private long eventBytes;
    private long statusBytes;

    @Test
    void aMonthOfBeatsOfAHundredMirrorsIsBoundedInEveryTopic() {
        try (MirrorSerdes serdes = MirrorSerdes.configured(Map.of())) {
            anHour(serdes);
        }
        long events = eventBytes * MIRRORS * HOURS_A_MONTH;
        long statuses = statusBytes * MIRRORS * HOURS_A_MONTH;
        Map<String, String> kept = new TopicPlan(TOPICS, TopicSettings.forBrokers(3))
                .shared()
                .get(1)
                .configs();
        long uncompacted = 2 * Long.parseLong(TopicPlan.lastWords().get("segment.bytes"));

        System.out.printf(
                "a month of beats of %d idle mirrors: events %d MiB, of which at most %d are kept; statuses %d MiB, of"
                        + " which a start reads at most %d%n",
                MIRRORS,
                events / MIB,
                Long.parseLong(kept.get("retention.bytes")) / MIB,
                statuses / MIB,
                uncompacted / MIB + 1);
        assertThat(eventBytes * 24).as("bytes of one mirror's events a day").isLessThan(20 * MIB);
        assertThat(statusBytes * 24).as("bytes of one mirror's statuses a day").isLessThan(8 * MIB);
        assertThat(Long.parseLong(kept.get("retention.bytes"))).isLessThan(events);
        assertThat(uncompacted).isLessThan(20 * MIB);
    }

    private void anHour(MirrorSerdes serdes) {
        StreamsBuilder builder = new StreamsBuilder();
        TrackerTopology.build(builder, TOPICS, serdes, new Progress(System::nanoTime));
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, TOPICS.trackerApplication());
        try (TopologyTestDriver driver = new TopologyTestDriver(builder.build(), config, Instant.ofEpochMilli(1_000))) {
            TestInputTopic<String, Definition> definitions = driver.createInputTopic(
                    TOPICS.definitions(),
                    new StringSerializer(),
                    serdes.definitions().serializer());
            TestInputTopic<String, Event> events = driver.createInputTopic(
                    TOPICS.events(), new StringSerializer(), serdes.events().serializer());
            TestOutputTopic<String, byte[]> statuses =
                    driver.createOutputTopic(TOPICS.status(), new StringDeserializer(), new ByteArrayDeserializer());
            definitions.pipeInput("disk", definition(1, "a", "b"), 2_000);
            for (int second = 1; second <= 3600; second++) {
                driver.advanceWallClockTime(Duration.ofSeconds(1));
                if (second % (Tales.QUIET_MS / 1000) == 0) {
                    for (Event said : new Event[] {beat("a", source(3)), beat("b", destination(3, 3))}) {
                        events.pipeInput("disk", said, 2_000 + 1000L * second);
                        eventBytes +=
                                OVERHEAD_BYTES + serdes.events().serializer().serialize(TOPICS.events(), said).length;
                    }
                }
                statuses.readKeyValuesToList().forEach(told -> statusBytes += OVERHEAD_BYTES + told.value.length);
            }
        }
    }
}
