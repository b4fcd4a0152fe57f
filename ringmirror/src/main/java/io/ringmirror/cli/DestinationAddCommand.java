package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Definition.Replica;
import io.ringmirror.schemas.topics.DefinitionConflictException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringmirror destination add}. */
@Command(
        name = "add",
        description =
                "Registers one more destination: from now on nothing is released that it has not flushed. Returns when"
                        + " the tracker reckons with it.")
final class DestinationAddCommand extends MirrorCommand {
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);
    /** A server that runs says something of a new definition within this. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

    @Option(names = "--server", required = true, paramLabel = "SERVER", description = "Server that keeps the copy.")
    private String server;

    @Option(
            names = "--seeded",
            description =
                    "Its directory will be a copy of another replica's, made its own by 'ringmirror adopt': the ring"
                            + " need not hold the mirror's first write any more.")
    private boolean seeded;

    @Override
    ExitCode run(Cluster cluster) throws InterruptedException {
        Definition definition = cluster.definition(mirror());
        if (definition.replicaOf(server).isPresent()) {
            throw new CommandException(
                    ExitCode.FAILED, "mirror '" + mirror() + "' has a replica on server '" + server + "' already");
        }
        Definition changed = changed(definition);
        if (seeded) {
            Redefinition.requireAnswer(new Redefinition(cluster).write(changed, limit()));
        } else {
            addEmpty(cluster, definition, changed);
        }
        out().println("server " + server + " is a destination of mirror " + mirror() + ", with replica "
                + changed.replicaOf(server).orElseThrow().replicaId());
        return ExitCode.OK;
    }

    /** The ring has to be whole before, and still be when nobody can delete any more what the newcomer lacks. */
    private void addEmpty(Cluster cluster, Definition before, Definition changed) throws InterruptedException {
        if (!hasWholeRing(cluster)) {
            throw notWhole("does not hold its first writes any more:");
        }
        Optional<CommandException> unanswered;
        try (Servers servers = Servers.of(cluster, before)) {
            unanswered = new Redefinition(cluster).write(changed, limit());
            servers.awaitGeneration(
                    changed.generation(), limit().compareTo(LONGEST_SILENCE) < 0 ? limit() : LONGEST_SILENCE);
        }
        if (!hasWholeRing(cluster)) {
            undo(cluster, changed);
            throw notWhole("lost its first writes while the server was registered, which is undone:");
        }
        Redefinition.requireAnswer(unanswered);
    }

    private void undo(Cluster cluster, Definition changed) {
        try {
            cluster.definitions().put(changed.without(server, changed.source()));
        } catch (DefinitionConflictException e) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "the ring of mirror '" + mirror() + "' lost its first writes while server '" + server
                            + "' was registered, which could not be undone: " + e.getMessage()
                            + ". Undo it with: ringmirror destination remove " + mirror() + " --server " + server
                            + " --execute");
        }
    }

    private Duration limit() {
        return timeout().orElse(USUAL_LIMIT);
    }

    private Definition changed(Definition definition) {
        try {
            return definition.with(new Replica(server, UUID.randomUUID()));
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    /** An empty replica begins with the first record ever written. */
    private boolean hasWholeRing(Cluster cluster) {
        String ring = cluster.names().ring(mirror());
        return cluster.admin().logStarts(ring).values().stream().allMatch(start -> start == 0);
    }

    private CommandException notWhole(String how) {
        return new CommandException(
                ExitCode.NOT_RETAINED,
                "the ring of mirror '" + mirror() + "' " + how + " register the server with"
                        + " --seeded, copy the directory of another replica while its server is stopped, and make it"
                        + " its own with 'ringmirror adopt " + mirror() + "'");
    }
}
