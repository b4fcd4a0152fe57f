package io.ringmirror.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ringmirror.schemas.Samples;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.topics.Finding.Severity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicCheckTest {
    private static final TopicNames NAMES = new TopicNames("ringmirror");
    private static final String RING = "ringmirror.mirror.log";
    private static final String TRANSACTIONS = "__transaction_state";

    private final Map<String, TopicFacts> topics = new HashMap<>();
    private final Map<Integer, Map<String, String>> brokers =
            new HashMap<>(Map.of(1, Map.of("transaction.partition.verification.enable", "true")));
    private int transactionVersion = 2;

    TopicCheckTest() {
        TopicPlan plan = new TopicPlan(NAMES, TopicSettings.forBrokers(3));
        Stream.concat(plan.shared().stream(), Stream.of(plan.ring(Samples.definition())))
                .forEach(planned -> topics.put(
                        planned.name(),
                        new TopicFacts(
                                planned.name(),
                                Uuid.randomUuid(),
                                planned.partitions(),
                                planned.replicationFactor(),
                                planned.configs())));
        topics.put(
                TRANSACTIONS,
                new TopicFacts(
                        TRANSACTIONS,
                        Uuid.randomUuid(),
                        50,
                        3,
                        Map.of("min.insync.replicas", "2", "unclean.leader.election.enable", "false")));
    }

    @Test
    void topicsMadeByThePlanPass() {
        assertThat(check()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ringmirror.mirror.log, cleanup.policy, compact",
        "ringmirror.mirror.log, cleanup.policy, 'compact,delete'",
        "ringmirror.mirror.log, retention.ms, 604800000",
        "ringmirror.mirror.log, retention.bytes, 1073741824",
        "ringmirror.mirror.log, segment.bytes, 1048576",
        "ringmirror.mirror.log, message.timestamp.type, CreateTime",
        "ringmirror.mirror.log, max.message.bytes, 1048588",
        "ringmirror.mirror.log, min.insync.replicas, 1",
        "ringmirror.mirror.log, unclean.leader.election.enable, true",
        "ringmirror.definitions, cleanup.policy, delete",
        "ringmirror.status, cleanup.policy, 'compact,delete'",
        "ringmirror.events, cleanup.policy, compact",
        "ringmirror.events, message.timestamp.type, CreateTime",
        "ringmirror.definitions, unclean.leader.election.enable, true",
        "__transaction_state, min.insync.replicas, 1",
        "__transaction_state, unclean.leader.election.enable, true",
    })
    void aSettingThatCanLoseDataIsAnErrorThatNamesItF30(String topic, String key, String value) {
        configure(topic, key, value);
        assertThat(check()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.line()).startsWith(topic + ": " + key + " is " + value + ", must be ");
            assertThat(finding.why()).isNotBlank();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "ringmirror.status, segment.bytes, 1073741824",
        "ringmirror.definitions, segment.bytes, 1073741824",
        "ringmirror.events, retention.bytes, -1",
    })
    void whatGrowsWithoutEndIsAWarningThatSaysHowToSetIt(String topic, String key, String value) {
        configure(topic, key, value);
        assertThat(check()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.line())
                    .startsWith(topic + ": " + key + " is " + value)
                    .contains("ringmirror topics --execute");
        });
    }

    @Test
    void theTrackersMemoryIsCheckedWhereItIs() {
        TopicCheck check = new TopicCheck(NAMES);
        String changelog = "ringmirror.tracker-statuses-changelog";
        topics.put(
                changelog, new TopicFacts(changelog, Uuid.randomUuid(), 1, 3, Map.of("segment.bytes", "1073741824")));

        assertThat(check.memory()).contains(changelog);
        assertThat(check.checkMemory(facts())).extracting(Finding::subject).containsExactly(changelog);
    }

    @Test
    void aMissingTopicIsAnErrorThatSaysHowToMakeIt() {
        topics.remove(RING);
        assertThat(check())
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.line()).contains(RING, "missing", "ringmirror topics --execute"));
    }

    @Test
    void aRingOfOneLogIsAnErrorF13() {
        topics.compute(RING, (name, ring) -> new TopicFacts(name, ring.topicId(), 1, 3, ring.configs()));
        assertThat(check()).extracting(Finding::key).containsExactly("partitions");
    }

    @Test
    void oneCopyOnOneBrokerIsAWarningF30() {
        copies(RING, 1);
        configure(RING, "min.insync.replicas", "1");
        assertThat(check())
                .extracting(Finding::severity, Finding::key)
                .containsExactly(
                        tuple(Severity.WARNING, "replication.factor"), tuple(Severity.WARNING, "flush.messages"));
        configure(RING, "flush.messages", "1");
        assertThat(check()).extracting(Finding::key).containsExactly("replication.factor");
    }

    @Test
    void aForcedRingBesideAFenceThatIsNotIsAWarningAndSaysWhatToDoF6() {
        copies(RING, 1);
        configure(RING, "min.insync.replicas", "1");
        configure(RING, "flush.messages", "1");
        copies(TRANSACTIONS, 1);
        configure(TRANSACTIONS, "min.insync.replicas", "1");
        configure(TRANSACTIONS, "flush.messages", "9223372036854775807");
        assertThat(check())
                .filteredOn(finding -> finding.subject().equals(TRANSACTIONS))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                    assertThat(finding.line())
                            .contains("flush.messages", "must be 1", "ringmirror topics --execute", "AlterConfigs");
                });
        assertThat(forcing())
                .contains(new TopicChange.Alter(TRANSACTIONS, "flush.messages", "9223372036854775807", "1"));

        configure(TRANSACTIONS, "flush.messages", "1");
        assertThat(check()).extracting(Finding::subject).doesNotContain(TRANSACTIONS);
        assertThat(forcing()).isEmpty();
    }

    @Test
    void aRingThatIsNotForcedWantsNoForcedFence() {
        copies(RING, 1);
        configure(RING, "min.insync.replicas", "1");
        copies(TRANSACTIONS, 1);
        configure(TRANSACTIONS, "min.insync.replicas", "1");
        assertThat(forcing()).isEmpty();
        assertThat(check()).extracting(Finding::subject).doesNotContain(TRANSACTIONS);
    }

    @Test
    void transactionsWithFewerCopiesThanTheRingAreAnErrorF30() {
        copies(TRANSACTIONS, 1);
        assertThat(check())
                .singleElement()
                .satisfies(finding -> assertThat(finding.line())
                        .startsWith("__transaction_state: replication.factor is 1, must be at least 3"));
    }

    @Test
    void oldTransactionsOrNoVerificationAreErrors() {
        transactionVersion = 1;
        brokers.put(2, Map.of("transaction.partition.verification.enable", "false"));
        assertThat(check())
                .extracting(Finding::subject, Finding::key, Finding::value)
                .containsExactly(
                        tuple("cluster", "transaction.version", "1"),
                        tuple("broker 2", "transaction.partition.verification.enable", "false"));
    }

    private List<Finding> check() {
        return new TopicCheck(NAMES).check(facts(), List.of("mirror"));
    }

    private Optional<TopicChange> forcing() {
        return new TopicCheck(NAMES).forcing(facts(), List.of("mirror"));
    }

    private ClusterFacts facts() {
        Map<String, TopicFacts> asked = new HashMap<>(topics);
        TopicFacts transactions = asked.remove(TRANSACTIONS);
        return new ClusterFacts("c", asked, transactions, transactionVersion, brokers);
    }

    private void configure(String topic, String key, String value) {
        topics.compute(topic, (name, facts) -> {
            Map<String, String> configs = new HashMap<>(facts.configs());
            configs.put(key, value);
            return new TopicFacts(name, facts.topicId(), facts.partitions(), facts.replicationFactor(), configs);
        });
    }

    private void copies(String topic, int copies) {
        topics.compute(
                topic,
                (name, facts) -> new TopicFacts(name, facts.topicId(), facts.partitions(), copies, facts.configs()));
    }
}
