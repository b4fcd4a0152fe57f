package io.ringmirror.schemas.topics;

import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.topics.Finding.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Which settings of the topics and the cluster can lose data: servers run it at every start and refuse on an error.
 * Pure; any thread.
 */
public final class TopicCheck {
    private static final int SAFE_COPIES = 3;
    private static final int SAFE_INSYNC = 2;
    private static final int LEAST_LOGS = 2;
    private static final String FORCED = "1";
    private static final int LEAST_TRANSACTION_VERSION = 2;
    private static final String VERIFICATION = "transaction.partition.verification.enable";

    private static final Rule NO_UNCLEAN_ELECTION = new Rule(
            TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
            "false"::equals,
            "false",
            "a leader that lacks acknowledged records could be elected");
    private static final Rule BROKERS_CLOCK = new Rule(
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime"::equals,
            "LogAppendTime",
            "servers' clocks differ, and Kafka refuses records of one that is ahead");
    private static final Rule COMPACTED = new Rule(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_COMPACT::equals,
            TopicConfig.CLEANUP_POLICY_COMPACT,
            "the latest record of a mirror would be deleted with age");
    private static final Rule NOT_COMPACTED = new Rule(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE::equals,
            TopicConfig.CLEANUP_POLICY_DELETE,
            "compaction removes records that somebody has yet to read");
    private static final List<Rule> RING = List.of(
            NOT_COMPACTED,
            new Rule(
                    TopicConfig.RETENTION_MS_CONFIG,
                    "-1"::equals,
                    "-1",
                    "writes would be deleted with age, whether or not every replica has them"),
            new Rule(
                    TopicConfig.RETENTION_BYTES_CONFIG,
                    "-1"::equals,
                    "-1",
                    "writes would be deleted by size, whether or not every replica has them"),
            new Rule(
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    value -> Long.parseLong(value) >= TopicPlan.LARGEST_RECORD_BYTES,
                    "at least " + TopicPlan.LARGEST_RECORD_BYTES,
                    "brokers would refuse large writes"),
            new Rule(
                    TopicConfig.SEGMENT_BYTES_CONFIG,
                    value -> Long.parseLong(value) >= TopicPlan.LARGEST_RECORD_BYTES,
                    "at least " + TopicPlan.LARGEST_RECORD_BYTES,
                    "brokers would refuse large writes, and take the writes behind them"),
            BROKERS_CLOCK,
            NO_UNCLEAN_ELECTION);

    /** A start reads all that is not compacted, and tracker and servers write on for as long as they run. */
    private static final long MOST_UNCOMPACTED_BYTES = 64L << 20;

    private static final Rule SMALL = new Rule(
            TopicConfig.SEGMENT_BYTES_CONFIG,
            value -> Long.parseLong(value) <= MOST_UNCOMPACTED_BYTES,
            "at most " + MOST_UNCOMPACTED_BYTES,
            "brokers do not compact the last segment, and every start reads it whole");
    private static final Rule BOUNDED = new Rule(
            TopicConfig.RETENTION_BYTES_CONFIG,
            value -> Long.parseLong(value) > 0,
            "as large as is wanted, as " + TopicPlan.EVENT_RETENTION_BYTES,
            "servers state something all day, whether or not anything is written");

    private final TopicNames names;

    public TopicCheck(TopicNames names) {
        this.names = names;
    }

    /** A setting, what it must be and why. */
    private record Rule(String key, Predicate<String> holds, String required, String why) {
        Optional<Finding> broken(String subject, Map<String, String> configs) {
            String value = configs.get(key);
            return value != null && holds.test(value)
                    ? Optional.empty()
                    : Optional.of(error(subject, key, value == null ? "not set" : value, required, why));
        }
    }

    /** The names of all topics that the rings of {@code mirrors} and the shared ones need. */
    public List<String> topics(Collection<String> mirrors) {
        List<String> topics =
                new ArrayList<>(List.of(names.definitions(), names.events(), names.status(), names.commands()));
        mirrors.forEach(mirror -> topics.add(names.ring(mirror)));
        return topics;
    }

    /** The names of the topics in which the tracker keeps its memory; they are there once it has run. */
    public List<String> memory() {
        return List.of(names.trackerDefinitions(), names.trackerStatuses());
    }

    /** Everything found about {@link #memory}: warnings only. */
    public List<Finding> checkMemory(ClusterFacts facts) {
        return small(facts, memory()).toList();
    }

    /** Everything found about {@link #topics}, missing topics first. */
    public List<Finding> check(ClusterFacts facts, Collection<String> mirrors) {
        List<Finding> findings = new ArrayList<>();
        topics(mirrors).stream()
                .filter(topic -> !facts.topics().containsKey(topic))
                .map(Finding::missingTopic)
                .forEach(findings::add);
        topic(facts, names.definitions()).ifPresent(topic -> rules(topic, findings, COMPACTED, NO_UNCLEAN_ELECTION));
        topic(facts, names.status()).ifPresent(topic -> rules(topic, findings, COMPACTED, NO_UNCLEAN_ELECTION));
        topic(facts, names.events())
                .ifPresent(topic -> rules(topic, findings, NOT_COMPACTED, BROKERS_CLOCK, NO_UNCLEAN_ELECTION));
        topic(facts, names.commands()).ifPresent(topic -> rules(topic, findings, NOT_COMPACTED));
        growth(facts, findings);
        List<TopicFacts> rings = rings(facts, mirrors);
        rings.forEach(ring -> ring(ring, facts.transactionState(), findings));
        fence(facts, rings, findings);
        cluster(facts, findings);
        return findings;
    }

    /**
     * How the fence becomes as lasting as the rings of {@code mirrors}: where a ring is forced to the disk of the only
     * broker, Kafka's topic of transactions is to be; it came back older than the ring otherwise. Empty if it is.
     */
    public Optional<TopicChange> forcing(ClusterFacts facts, Collection<String> mirrors) {
        TopicFacts transactions = facts.transactionState();
        return rings(facts, mirrors).stream()
                .filter(ring -> outlivesFence(ring, transactions))
                .findFirst()
                .map(ring -> new TopicChange.Alter(
                        transactions.name(), TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, forced(transactions), FORCED));
    }

    private List<TopicFacts> rings(ClusterFacts facts, Collection<String> mirrors) {
        return mirrors.stream()
                .map(mirror -> topic(facts, names.ring(mirror)))
                .flatMap(Optional::stream)
                .toList();
    }

    /** What grows without end, if slowly: said at each start, and set by 'ringmirror topics --execute'. */
    private void growth(ClusterFacts facts, List<Finding> findings) {
        small(facts, List.of(names.definitions(), names.status())).forEach(findings::add);
        topic(facts, names.events())
                .flatMap(topic -> BOUNDED.broken(topic.name(), topic.configs()))
                .map(TopicCheck::asWarning)
                .ifPresent(findings::add);
    }

    private static Stream<Finding> small(ClusterFacts facts, List<String> topics) {
        return topics.stream()
                .flatMap(name -> topic(facts, name).stream())
                .flatMap(topic -> SMALL.broken(topic.name(), topic.configs()).stream())
                .map(TopicCheck::asWarning);
    }

    private static Finding asWarning(Finding found) {
        return warning(
                found.subject(),
                found.key(),
                found.value(),
                found.required(),
                found.why() + "; 'ringmirror topics --execute' sets it");
    }

    private static void ring(TopicFacts ring, TopicFacts transactions, List<Finding> findings) {
        rules(ring, findings, RING.toArray(Rule[]::new));
        if (ring.partitions() < LEAST_LOGS) {
            findings.add(error(
                    ring.name(),
                    "partitions",
                    Integer.toString(ring.partitions()),
                    "at least " + LEAST_LOGS,
                    "a flush goes on in another log"));
        }
        copies(ring, findings);
        atLeast(
                transactions,
                "replication.factor",
                transactions.replicationFactor(),
                ring.replicationFactor(),
                findings);
        atLeast(transactions, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, insync(transactions), insync(ring), findings);
    }

    /** What {@link #forcing} is to mend: said where it could not. */
    private static void fence(ClusterFacts facts, Collection<TopicFacts> rings, List<Finding> findings) {
        if (rings.stream().anyMatch(ring -> outlivesFence(ring, facts.transactionState()))) {
            findings.add(warning(
                    ClusterFacts.TRANSACTION_STATE,
                    TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG,
                    forced(facts.transactionState()),
                    FORCED + " as the ring's",
                    "after a power failure of the only broker the fence would be older than the logs, and no server could"
                            + " take the role of the source; 'ringmirror topics --execute' sets it, by a principal that"
                            + " may AlterConfigs of the topic"));
        }
    }

    private static boolean outlivesFence(TopicFacts ring, TopicFacts transactions) {
        return ring.replicationFactor() == 1
                && transactions.replicationFactor() == 1
                && FORCED.equals(forced(ring))
                && !FORCED.equals(forced(transactions));
    }

    private static String forced(TopicFacts topic) {
        return topic.configs().getOrDefault(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "not set");
    }

    /** Fewer copies than three are the operator's choice and said as such; three with no second answer are a mistake. */
    private static void copies(TopicFacts ring, List<Finding> findings) {
        if (ring.replicationFactor() >= SAFE_COPIES && insync(ring) < SAFE_INSYNC) {
            findings.add(error(
                    ring.name(),
                    TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                    Integer.toString(insync(ring)),
                    "at least " + SAFE_INSYNC,
                    "a write would be acknowledged by one broker alone and lost with it"));
        } else if (ring.replicationFactor() < SAFE_COPIES) {
            findings.add(warning(
                    ring.name(),
                    "replication.factor",
                    Integer.toString(ring.replicationFactor()),
                    Integer.toString(SAFE_COPIES),
                    "the loss of a broker's disk can lose acknowledged writes, or stop new ones"));
        }
        if (ring.replicationFactor() == 1 && !FORCED.equals(forced(ring))) {
            findings.add(warning(
                    ring.name(),
                    TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG,
                    forced(ring),
                    FORCED,
                    "a power failure of the only broker loses acknowledged writes"));
        }
    }

    private static void cluster(ClusterFacts facts, List<Finding> findings) {
        rules(facts.transactionState(), findings, NO_UNCLEAN_ELECTION);
        if (facts.transactionVersion() < LEAST_TRANSACTION_VERSION) {
            findings.add(error(
                    "cluster",
                    "transaction.version",
                    Integer.toString(facts.transactionVersion()),
                    "at least " + LEAST_TRANSACTION_VERSION,
                    "an old source's late writes could enter the log after a takeover;"
                            + " raise it with 'kafka-features upgrade --feature transaction.version=2'"));
        }
        Rule verified = new Rule(
                VERIFICATION,
                "true"::equals,
                "true",
                "an old source's late writes could enter the log after a takeover");
        facts.brokers()
                .forEach((id, configs) ->
                        verified.broken("broker " + id, configs).ifPresent(findings::add));
    }

    private static void atLeast(TopicFacts topic, String key, int value, int least, List<Finding> findings) {
        if (value < least) {
            findings.add(error(
                    topic.name(),
                    key,
                    Integer.toString(value),
                    "at least " + least + " as the ring's",
                    "the fence that keeps an old source out would be lost before the data is"));
        }
    }

    private static void rules(TopicFacts topic, List<Finding> findings, Rule... rules) {
        for (Rule rule : rules) {
            rule.broken(topic.name(), topic.configs()).ifPresent(findings::add);
        }
    }

    private static Optional<TopicFacts> topic(ClusterFacts facts, String name) {
        return Optional.ofNullable(facts.topics().get(name));
    }

    private static int insync(TopicFacts topic) {
        return Integer.parseInt(topic.configs().getOrDefault(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1"));
    }

    private static Finding error(String subject, String key, String value, String required, String why) {
        return new Finding(Severity.ERROR, subject, key, value, required, why);
    }

    private static Finding warning(String subject, String key, String value, String required, String why) {
        return new Finding(Severity.WARNING, subject, key, value, required, why);
    }
}
