package io.ringmirror.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ringmirror.schemas.Samples;
import io.ringmirror.schemas.TopicNames;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicPlanTest {
    private static final TopicNames NAMES = new TopicNames("ringmirror");

    @Test
    void aRingOnThreeBrokersKeepsEverythingUntilItIsReleased() {
        PlannedTopic ring = new TopicPlan(NAMES, TopicSettings.forBrokers(5)).ring(Samples.definition());
        assertThat(ring.name()).isEqualTo("ringmirror.mirror.log");
        assertThat(ring.partitions()).isEqualTo(3);
        assertThat(ring.replicationFactor()).isEqualTo((short) 3);
        assertThat(ring.configs())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "cleanup.policy", "delete",
                        "retention.ms", "-1",
                        "retention.bytes", "-1",
                        "message.timestamp.type", "LogAppendTime",
                        "segment.bytes", "16777216",
                        "max.message.bytes", "2097152",
                        "min.insync.replicas", "2",
                        "unclean.leader.election.enable", "false"));
    }

    @Test
    void aLoneBrokerForcesEachRecordToDisk() {
        PlannedTopic ring = new TopicPlan(NAMES, TopicSettings.forBrokers(1)).ring(Samples.definition());
        assertThat(ring.replicationFactor()).isEqualTo((short) 1);
        assertThat(ring.configs()).containsEntry("flush.messages", "1").containsEntry("min.insync.replicas", "1");
    }

    @Test
    void definitionsAndStatusAreCompactedEventsAndCommandsAreNot() {
        assertThat(new TopicPlan(NAMES, TopicSettings.forBrokers(3)).shared())
                .extracting(PlannedTopic::name, topic -> topic.configs().get("cleanup.policy"))
                .containsExactly(
                        tuple("ringmirror.definitions", "compact"),
                        tuple("ringmirror.events", "delete"),
                        tuple("ringmirror.status", "compact"),
                        tuple("ringmirror.commands", "delete"));
    }

    @Test
    void whatIsReadAtEachStartIsCompactedWhileItIsSmallAndEventsAreBounded() {
        TopicPlan plan = new TopicPlan(NAMES, TopicSettings.forBrokers(3));

        assertThat(plan.shared().get(0).configs()).containsEntry("segment.bytes", "8388608");
        assertThat(plan.shared().get(1).configs()).containsEntry("retention.bytes", "1073741824");
        assertThat(plan.shared().get(2).configs())
                .containsEntry("segment.bytes", "8388608")
                .containsEntry("max.compaction.lag.ms", "3600000");
        assertThat(plan.memory())
                .containsOnlyKeys("ringmirror.tracker-definitions-changelog", "ringmirror.tracker-statuses-changelog");
    }

    @Test
    void settingsThatKafkaWouldRefuseAreRefusedByTheirKey() {
        assertThatThrownBy(() -> new TopicSettings((short) 3, 4, 1 << 20, false))
                .hasMessageContaining("min.insync.replicas is 4");
        assertThatThrownBy(() -> new TopicSettings((short) 3, 2, 1000, false))
                .hasMessageContaining("segment.bytes is 1000");
        assertThatThrownBy(() -> new TopicSettings((short) 0, 1, 1 << 20, false))
                .hasMessageContaining("replication.factor is 0");
    }
}
