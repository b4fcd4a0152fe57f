package io.ringmirror.schemas.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes topics as planned and changes logs. Each call waits for the cluster for a bounded time, may be made again and
 * then does only what is still to do. Any thread.
 *
 * <p>Every method throws {@link ClusterUnreachableException} if no broker answers in time, and what Kafka answered
 * (a {@link KafkaException}) if it refuses, as for want of an ACL.
 */
public final class TopicAdmin implements AutoCloseable {
    private static final String NO_TRANSACTION = "ringmirror";

    /** What was asked and is not answered then is given up. */
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

    private final Admin admin;
    private final KafkaCalls calls;
    private final FactReader facts;

    private TopicAdmin(Admin admin, KafkaCalls calls) {
        this.admin = admin;
        this.calls = calls;
        this.facts = new FactReader(admin, calls);
    }

    /**
     * An admin client of its own, closed with this.
     *
     * @param client Kafka's client properties, {@code bootstrap.servers} among them
     * @param timeout the longest that one call waits
     */
    public static TopicAdmin open(Map<String, ?> client, Duration timeout) {
        String servers = String.valueOf(client.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        int timeoutMs = Math.toIntExact(timeout.toMillis());
        Map<String, Object> config = new HashMap<>(client);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
        KafkaCalls calls = new KafkaCalls(servers, timeout);
        return new TopicAdmin(calls.call("open a client", () -> Admin.create(config)), calls);
    }

    /** Returns when a broker has answered, which a client of any rights is told. */
    public void reach() {
        calls.await("speak to the cluster", admin.describeCluster().clusterId());
    }

    /** What the cluster says of itself and of {@code topics}; those that do not exist are left out. */
    public ClusterFacts facts(Collection<String> topics) {
        return facts.read(topics);
    }

    /** The ids of those {@code topics} that exist, by name: one cheap question, as often as wanted. */
    public Map<String, Uuid> topicIds(Collection<String> topics) {
        return facts.ids(topics);
    }

    /** What is found about the topics of {@code mirrors} and the shared ones. */
    public List<Finding> findings(TopicCheck check, Collection<String> mirrors) {
        return check.check(facts(check.topics(mirrors)), mirrors);
    }

    /**
     * Checks the topics of {@code mirrors} and the shared ones.
     *
     * @return warnings, to be said and lived with
     * @throws TopicException with those that are errors, if any is
     */
    public List<Finding> requireSafe(TopicCheck check, Collection<String> mirrors) {
        List<Finding> findings = findings(check, mirrors);
        List<Finding> errors = findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            throw new TopicException(errors);
        }
        return findings;
    }

    /**
     * Makes the fence as lasting as the rings of {@code mirrors}, as {@link TopicCheck#forcing} says, then checks like
     * {@link #requireSafe}. Where this principal may not, the check has a warning of it.
     */
    public List<Finding> makeSafe(TopicCheck check, Collection<String> mirrors) {
        Optional<TopicChange> forcing = check.forcing(facts(check.topics(mirrors)), mirrors);
        try {
            apply(forcing.stream().toList());
        } catch (AuthorizationException e) {
            // Said by the check, with what is to be done.
        }
        return requireSafe(check, mirrors);
    }

    /** What has to change so that the topics are as planned; empty if they are. */
    public List<TopicChange> changes(List<PlannedTopic> plan) {
        Map<String, TopicFacts> actual =
                facts(plan.stream().map(PlannedTopic::name).toList()).topics();
        List<TopicChange> changes = new ArrayList<>();
        for (PlannedTopic planned : plan) {
            TopicFacts topic = actual.get(planned.name());
            if (topic == null) {
                changes.add(new TopicChange.Create(planned));
            } else {
                differences(planned, topic, changes);
            }
        }
        return changes;
    }

    /** What has to change so that those of the topics that exist have these settings, by topic. */
    public List<TopicChange> changes(Map<String, Map<String, String>> settings) {
        List<TopicChange> changes = new ArrayList<>();
        facts(settings.keySet()).topics().values().stream()
                .sorted(Comparator.comparing(TopicFacts::name))
                .forEach(topic -> settings(settings.get(topic.name()), topic, changes));
        return changes;
    }

    /** Makes the changes, in their order; brokers show them when this returns. */
    public void apply(List<TopicChange> changes) {
        for (TopicChange change : changes) {
            if (change instanceof TopicChange.Create create) {
                create(create.planned());
            } else if (change instanceof TopicChange.Grow grow) {
                increase(grow);
            } else if (change instanceof TopicChange.Alter alter) {
                alter(alter);
            }
            calls.awaitShown(change.line(), () -> change.isDone(facts.topic(change.topic())));
        }
    }

    /**
     * Makes a topic that is not there yet, and nobody else makes at the same time; brokers show it when this returns.
     *
     * @return its id
     * @throws TopicExistsException if there is one, or somebody was faster
     */
    public Uuid make(PlannedTopic planned) {
        CreateTopicsResult made = admin.createTopics(List.of(planned.toNewTopic()));
        Uuid id = calls.await("create " + planned.name(), made.topicId(planned.name()));
        TopicChange change = new TopicChange.Create(planned);
        calls.awaitShown(change.line(), () -> change.isDone(facts.topic(planned.name())));
        return id;
    }

    /** Adds partitions until the topic has {@code partitions}; nothing if it has as many or more. */
    public void grow(String topic, int partitions) {
        apply(List.of(new TopicChange.Grow(topic, partitions)));
    }

    /**
     * Deletes the records of a log below an offset; below the log's start there is nothing to do.
     *
     * @param beforeOffset exclusive, never beyond what is in the log
     * @return the first offset that is left
     */
    public long deleteRecords(String topic, int log, long beforeOffset) {
        TopicPartition partition = new TopicPartition(topic, log);
        return calls.await(
                        "delete records of " + partition,
                        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(beforeOffset)))
                                .lowWatermarks()
                                .get(partition))
                .lowWatermark();
    }

    /** Where logs end, below which all is in sync replicas; those that nobody answers for are left out. */
    public Map<TopicPartition, Long> logEnds(Collection<TopicPartition> logs) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        logs.forEach(log -> asked.put(log, OffsetSpec.latest()));
        ListOffsetsResult answers = admin.listOffsets(asked);
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (TopicPartition log : logs) {
            try {
                ends.put(
                        log,
                        calls.await("ask where " + log + " ends", answers.partitionResult(log))
                                .offset());
            } catch (KafkaException | ClusterUnreachableException e) {
                // Left out, as its leader is away or it does not exist.
            }
        }
        return ends;
    }

    /** The first offset that each log of a ring still holds, by log. */
    public Map<Integer, Long> logStarts(String topic) {
        TopicFacts ring =
                facts.topic(topic).orElseThrow(() -> new TopicException(List.of(Finding.missingTopic(topic))));
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int log = 0; log < ring.partitions(); log++) {
            asked.put(new TopicPartition(topic, log), OffsetSpec.earliest());
        }
        Map<Integer, Long> starts = new HashMap<>();
        calls.await(
                        "ask where the logs of " + topic + " begin",
                        admin.listOffsets(asked).all())
                .forEach((log, start) -> starts.put(log.partition(), start.offset()));
        return starts;
    }

    /**
     * The bytes that each of these topics takes on the disks of all brokers together; topics that do not exist take none.
     *
     * @throws org.apache.kafka.common.errors.ClusterAuthorizationException if this user may not Describe the cluster
     */
    public Map<String, Long> bytesOnDisk(Collection<String> topics) {
        List<Integer> brokers = calls
                .await("describe the cluster", admin.describeCluster().nodes())
                .stream()
                .map(Node::id)
                .toList();
        Map<String, Long> bytes = new HashMap<>();
        topics.forEach(topic -> bytes.put(topic, 0L));
        calls.await(
                        "ask what the logs take on disk",
                        admin.describeLogDirs(brokers).allDescriptions())
                .values()
                .forEach(disks -> disks.values()
                        .forEach(disk -> disk.replicaInfos()
                                .forEach((log, replica) ->
                                        bytes.computeIfPresent(log.topic(), (topic, sum) -> sum + replica.size()))));
        return bytes;
    }

    /** Deletes a topic with all that it holds; nothing if there is none. */
    public void deleteTopic(String topic) {
        try {
            calls.await("delete " + topic, admin.deleteTopics(List.of(topic)).all());
        } catch (UnknownTopicOrPartitionException e) {
            return;
        }
        calls.awaitShown("delete " + topic, () -> facts.topic(topic).isEmpty());
    }

    /** Deletes this topic, and no other that was made under its name since; nothing if it is gone. */
    public void deleteTopic(String topic, Uuid id) {
        try {
            calls.await(
                    "delete " + topic,
                    admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all());
        } catch (UnknownTopicOrPartitionException | UnknownTopicIdException e) {
            return;
        }
        calls.awaitShown(
                "delete " + topic, () -> !id.equals(facts.ids(List.of(topic)).get(topic)));
    }

    @Override
    public void close() {
        admin.close(CLOSE_BOUND);
    }

    private void create(PlannedTopic planned) {
        try {
            calls.await(
                    "create " + planned.name(),
                    admin.createTopics(List.of(planned.toNewTopic())).all());
        } catch (TopicExistsException e) {
            calls.awaitShown(
                    "describe " + planned.name(),
                    () -> facts.topic(planned.name()).isPresent());
            apply(changes(List.of(planned)));
        }
    }

    private void increase(TopicChange.Grow grow) {
        try {
            calls.await(
                    "add partitions to " + grow.topic(),
                    admin.createPartitions(Map.of(grow.topic(), NewPartitions.increaseTo(grow.to())))
                            .all());
        } catch (InvalidPartitionsException e) {
            // The controller's word that this would be no increase, so there is nothing to do.
            return;
        }
    }

    private void alter(TopicChange.Alter change) {
        if (change.topic().equals(ClusterFacts.TRANSACTION_STATE)) {
            haveTransactions();
        }
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, change.topic());
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry(change.key(), change.to()), AlterConfigOp.OpType.SET);
        calls.await(
                "set " + change.key() + " of " + change.topic(),
                admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all());
    }

    /** Brokers make their topic of transactions, by their own settings, when they are first asked who coordinates one. */
    private void haveTransactions() {
        if (facts.topic(ClusterFacts.TRANSACTION_STATE).isPresent()) {
            return;
        }
        try {
            calls.await(
                    "ask for the coordinator of transactions",
                    admin.describeTransactions(List.of(NO_TRANSACTION)).all());
        } catch (TransactionalIdNotFoundException e) {
            // As it must be: nobody has a transaction of this id.
        }
        calls.awaitShown(
                "describe " + ClusterFacts.TRANSACTION_STATE,
                () -> facts.topic(ClusterFacts.TRANSACTION_STATE).isPresent());
    }

    private static void differences(PlannedTopic planned, TopicFacts actual, List<TopicChange> changes) {
        if (actual.partitions() < planned.partitions()) {
            changes.add(new TopicChange.Grow(planned.name(), planned.partitions()));
        }
        settings(planned.configs(), actual, changes);
    }

    private static void settings(Map<String, String> planned, TopicFacts actual, List<TopicChange> changes) {
        planned.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(actual.configs().get(entry.getKey())))
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> new TopicChange.Alter(
                        actual.name(), entry.getKey(), actual.configs().get(entry.getKey()), entry.getValue()))
                .forEach(changes::add);
    }
}
