package io.ringmirror.cli;

import io.ringmirror.config.RingMirrorConfig;
import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.ClusterFacts;
import io.ringmirror.schemas.topics.ClusterUnreachableException;
import io.ringmirror.schemas.topics.CommandSender;
import io.ringmirror.schemas.topics.DefinitionStore;
import io.ringmirror.schemas.topics.EventTail;
import io.ringmirror.schemas.topics.FenceAdmin;
import io.ringmirror.schemas.topics.StatusReader;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicPlan;
import io.ringmirror.streams.Silence;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.KafkaException;

/**
 * What commands reach of a cluster: its topics, definitions, statuses, and the servers by their commands topic. Used by
 * one thread and closed by it; every call waits for {@code kafka.timeout.ms} at most.
 */
final class Cluster implements AutoCloseable {
    private final RingMirrorConfig config;
    private final MirrorSerdes serdes;
    private final TopicAdmin admin;

    private Cluster(RingMirrorConfig config, MirrorSerdes serdes, TopicAdmin admin) {
        this.config = config;
        this.serdes = serdes;
        this.admin = admin;
    }

    /** Returns when a broker has answered. */
    void reach() {
        admin.reach();
    }

    /** Speaks to nobody yet. */
    static Cluster open(RingMirrorConfig config) {
        MirrorSerdes serdes = MirrorSerdes.configured(config.serdeProperties());
        try {
            return new Cluster(config, serdes, TopicAdmin.open(config.adminProperties(), config.kafkaTimeout()));
        } catch (RuntimeException e) {
            serdes.close();
            throw e;
        }
    }

    TopicNames names() {
        return config.topics();
    }

    TopicAdmin admin() {
        return admin;
    }

    /** What brokers know of writers; closed by the caller. */
    FenceAdmin fence() {
        return FenceAdmin.open(config.adminProperties(), config.kafkaTimeout());
    }

    DefinitionStore definitions() {
        return new DefinitionStore(names(), serdes, config.controlProperties(), config.kafkaTimeout());
    }

    StatusReader statuses() {
        return new StatusReader(names(), serdes, config.controlProperties(), config.kafkaTimeout());
    }

    /** What the tracker said last, as it may be shown now. */
    List<MirrorStatus> shownStatuses() {
        return statuses().all().stream().map(Cluster::shown).toList();
    }

    /** One of {@link #shownStatuses}; empty while the tracker has not spoken of the mirror. */
    Optional<MirrorStatus> shownStatus(String mirror) {
        return statuses().find(mirror).map(Cluster::shown);
    }

    /** Whether a topic exists. */
    boolean has(String topic) {
        return admin.topicIds(List.of(topic)).containsKey(topic);
    }

    /** What the ring of a mirror takes on the brokers' disks; empty if this user may not ask, or nobody answers for it. */
    OptionalLong ringBytesOnDisk(String mirror) {
        String ring = names().ring(mirror);
        try {
            return OptionalLong.of(admin.bytesOnDisk(List.of(ring)).get(ring));
        } catch (KafkaException | ClusterUnreachableException e) {
            return OptionalLong.empty();
        }
    }

    /** How topics are to be made here. */
    TopicPlan plan() {
        ClusterFacts facts = admin.facts(List.of());
        return new TopicPlan(names(), config.topicSettings(facts.brokers().size()));
    }

    /** The mirror of this name, which must exist. */
    Definition definition(String mirror) {
        return find(mirror)
                .orElseThrow(() -> new CommandException(
                        ExitCode.FAILED,
                        "there is no mirror '" + mirror + "'; 'ringmirror list' shows those there are"));
    }

    /** The mirror of this name, if there is one: there is none on a cluster where nothing was made yet. */
    Optional<Definition> find(String mirror) {
        return isNew() ? Optional.empty() : definitions().find(mirror);
    }

    /** Whether nobody has made a mirror on it yet. */
    boolean isNew() {
        return !has(names().definitions());
    }

    /**
     * Refuses a server that has no copy of a mirror.
     *
     * @throws CommandException as where there is no such mirror
     */
    static void requireReplica(Definition definition, String server) {
        if (definition.replicaOf(server).isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "mirror '" + definition.mirror() + "' has no replica on server '" + server
                            + "'; 'ringmirror describe " + definition.mirror() + "' shows them");
        }
    }

    /** What servers state from now on; closed by the caller. */
    EventTail events() {
        return EventTail.open(names(), serdes, config.controlProperties(), config.kafkaTimeout());
    }

    /** Tells the servers of a mirror something; it is in the log when this returns. */
    void tell(Command command) {
        new CommandSender(names(), serdes, config.controlProperties(), config.kafkaTimeout()).send(command);
    }

    private static MirrorStatus shown(MirrorStatus status) {
        return Silence.shown(status, System.currentTimeMillis());
    }

    @Override
    public void close() {
        admin.close();
        serdes.close();
    }
}
