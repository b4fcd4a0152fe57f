package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.topics.DefinitionChange;
import io.ringmirror.schemas.topics.DefinitionConflictException;
import io.ringmirror.schemas.topics.Finding;
import io.ringmirror.schemas.topics.PlannedTopic;
import io.ringmirror.schemas.topics.TopicChange;
import io.ringmirror.schemas.topics.TopicCheck;
import io.ringmirror.schemas.topics.TopicException;
import io.ringmirror.schemas.topics.TopicPlan;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes a mirror in the order that leaves nothing half: shared topics, then the ring, then, when the cluster is found
 * fit for it, the definition by which servers know the mirror. Used by one thread; warnings go to the consumer.
 */
final class MirrorMaker {
    private final Cluster cluster;
    private final Consumer<String> warnings;

    MirrorMaker(Cluster cluster, Consumer<String> warnings) {
        this.cluster = cluster;
        this.warnings = warnings;
    }

    /**
     * Makes the mirror; its definition is in the log when this returns.
     *
     * @throws DefinitionConflictException if there is a mirror of this name, or another command came in between; its ring
     *     is gone again then
     * @throws CommandException if there is the ring of one
     * @throws RuntimeException if its definition cannot be encoded, as with a schema registry that is away; nothing is made
     * @throws TopicException if the cluster is not fit for it; the ring is gone again then
     */
    void make(Definition definition) {
        cluster.definitions().rehearse(definition);
        TopicPlan plan = cluster.plan();
        createMissing(plan.shared());
        PlannedTopic ring = plan.ring(definition);
        Uuid made = makeRing(ring, definition.mirror());
        DefinitionChange change = begin(definition.mirror(), ring, made);
        try (change) {
            change.requireNone();
            cluster.admin().makeSafe(new TopicCheck(cluster.names()), List.of(definition.mirror())).stream()
                    .map(Finding::line)
                    .forEach(warnings);
            change.put(definition);
        } catch (TopicException | DefinitionConflictException e) {
            cluster.admin().deleteTopic(ring.name(), made);
            throw e;
        }
    }

    /** Of two who make a mirror at once the ring's topic takes one; the other has not touched its definition. */
    private Uuid makeRing(PlannedTopic ring, String mirror) {
        try {
            return cluster.admin().make(ring);
        } catch (TopicExistsException e) {
            requireNone(mirror);
            throw new CommandException(
                    ExitCode.FAILED,
                    "topic " + ring.name()
                            + " is there, without a mirror: it is left from an earlier one of this name, or"
                            + " another command is making one. If it stays, delete it with 'ringmirror delete "
                            + mirror + " --execute'");
        }
    }

    /** Whoever may not change definitions leaves no ring behind: nothing is known of it yet. */
    private DefinitionChange begin(String mirror, PlannedTopic ring, Uuid made) {
        try {
            return cluster.definitions().begin(mirror);
        } catch (RuntimeException e) {
            cluster.admin().deleteTopic(ring.name(), made);
            throw e;
        }
    }

    private void requireNone(String mirror) {
        if (cluster.definitions().find(mirror).isPresent()) {
            try (DefinitionChange change = cluster.definitions().begin(mirror)) {
                change.requireNone();
            }
        }
    }

    /** Settings of topics that are there already are the operator's, for the check to judge. */
    private void createMissing(List<PlannedTopic> plan) {
        cluster.admin()
                .apply(cluster.admin().changes(plan).stream()
                        .filter(TopicChange.Create.class::isInstance)
                        .toList());
    }
}
