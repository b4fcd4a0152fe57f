package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.topics.Finding;
import io.ringmirror.schemas.topics.PlannedTopic;
import io.ringmirror.schemas.topics.TopicChange;
import io.ringmirror.schemas.topics.TopicCheck;
import io.ringmirror.schemas.topics.TopicException;
import io.ringmirror.schemas.topics.TopicPlan;
import java.util.List;
import java.util.function.Consumer;

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
     * @throws CommandException if there is a mirror of this name, or the ring of one
     * @throws RuntimeException if its definition cannot be encoded, as with a schema registry that is away; nothing is made
     * @throws TopicException if the cluster is not fit for it; the ring is gone again then
     */
    void make(Definition definition) {
        cluster.definitions().rehearse(definition);
        TopicPlan plan = cluster.plan();
        createMissing(plan.shared());
        String ring = cluster.names().ring(definition.mirror());
        cluster.definitions().find(definition.mirror()).ifPresent(existing -> {
            throw new CommandException(
                    ExitCode.FAILED, "there is a mirror '" + existing.mirror() + "', with id " + existing.mirrorId());
        });
        if (cluster.has(ring)) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "topic " + ring + " is left from an earlier mirror of this name; delete it with 'ringmirror delete "
                            + definition.mirror() + " --execute'");
        }
        createMissing(List.of(plan.ring(definition)));
        try {
            cluster.admin().makeSafe(new TopicCheck(cluster.names()), List.of(definition.mirror())).stream()
                    .map(Finding::line)
                    .forEach(warnings);
        } catch (TopicException e) {
            cluster.admin().deleteTopic(ring);
            throw e;
        }
        cluster.definitions().put(definition);
    }

    /** Settings of topics that are there already are the operator's, for the check to judge. */
    private void createMissing(List<PlannedTopic> plan) {
        cluster.admin()
                .apply(cluster.admin().changes(plan).stream()
                        .filter(TopicChange.Create.class::isInstance)
                        .toList());
    }
}
