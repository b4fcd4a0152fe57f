package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.topics.DefinitionConflictException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringmirror destination remove}. */
@Command(
        name = "remove",
        description =
                "Forgets a destination: the ring does not wait for it any more, and its copy can not be followed on."
                        + " Shows what it would do; acts with --execute. Its files stay.")
final class DestinationRemoveCommand extends MirrorCommand {
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);
    /** How long it is looked whether the server has become the source meanwhile. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    @Option(names = "--server", required = true, paramLabel = "SERVER", description = "Server to forget.")
    private String server;

    @Option(names = "--execute", description = "Does it.")
    private boolean execute;

    @Override
    ExitCode run(Cluster cluster) throws InterruptedException {
        Definition definition = cluster.definition(mirror());
        Cluster.requireReplica(definition, server);
        String source = cluster.statuses()
                .find(mirror())
                .flatMap(MirrorStatus::source)
                .map(MirrorStatus.ReplicaStatus::server)
                .orElse(definition.source());
        if (source.equals(server)) {
            throw refusedAsSource();
        }
        Definition left = definition.without(server, source);
        if (!execute) {
            out().println("would forget the copy of mirror " + mirror() + " on server " + server);
            err().println("nothing was done; add --execute to do it");
            return ExitCode.OK;
        }
        requireNotSource(cluster, definition);
        remove(cluster, definition, left);
        out().println("server " + server + " is no destination of mirror " + mirror() + " any more");
        return ExitCode.OK;
    }

    /** What the tracker said last may be old, and a source that is removed cuts its clients off. */
    private void requireNotSource(Cluster cluster, Definition definition) {
        try (RoleChange servers = RoleChange.of(cluster, definition)) {
            if (servers.ask(server, LOOK, LOOK).isSource(server)) {
                throw refusedAsSource();
            }
        }
    }

    private CommandException refusedAsSource() {
        return new CommandException(
                ExitCode.FAILED,
                "server '" + server + "' is the source of mirror '" + mirror() + "'; promote another one first");
    }

    /** Somebody may have promoted the server since it was looked at. */
    private void remove(Cluster cluster, Definition before, Definition left) throws InterruptedException {
        try (Servers servers = Servers.of(cluster, before)) {
            Optional<CommandException> unanswered =
                    new Redefinition(cluster).write(left, timeout().orElse(USUAL_LIMIT));
            servers.awaitGeneration(left.generation(), LOOK);
            if (servers.saidSource(server)) {
                undo(cluster, left.with(before.replicaOf(server).orElseThrow()));
            }
            Redefinition.requireAnswer(unanswered);
        }
    }

    /** As it was before, but for the generation: the copy is the same, and its server goes on with it. */
    private void undo(Cluster cluster, Definition again) {
        String what =
                "server '" + server + "' became the source of mirror '" + mirror() + "' while it was being removed";
        try {
            cluster.definitions().put(again);
        } catch (DefinitionConflictException e) {
            throw new CommandException(ExitCode.FAILED, what + ", which could not be undone: " + e.getMessage());
        }
        throw new CommandException(ExitCode.FAILED, what + ", which is undone; promote another one first");
    }
}
