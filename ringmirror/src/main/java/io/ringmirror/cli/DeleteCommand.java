package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.topics.DefinitionChange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringmirror delete}. */
@Command(
        name = "delete",
        description = "Deletes a mirror and its ring, unreleased writes with it. Shows what it would do; acts with"
                + " --execute, unless a server says within some seconds that it runs the mirror: stop its servers first."
                + " Their images stay.")
final class DeleteCommand extends MirrorCommand {
    /** Servers that run answer at once. */
    private static final Duration LISTENING = Duration.ofSeconds(3);

    @Option(names = "--execute", description = "Does it.")
    private boolean execute;

    @Option(
            names = "--force",
            description = "Does not look whether servers run it; those that do let it go when they hear of it.")
    private boolean force;

    @Override
    ExitCode run(Cluster cluster) {
        String ring = cluster.names().ring(mirror());
        Optional<Uuid> ringId =
                Optional.ofNullable(cluster.admin().topicIds(List.of(ring)).get(ring));
        Optional<Definition> definition = cluster.find(mirror());
        if (definition.isEmpty() && ringId.isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED, "there is no mirror '" + mirror() + "'; 'ringmirror list' shows those there are");
        }
        if (execute && !force && definition.isPresent()) {
            requireNobodyRuns(cluster, definition.get());
        }
        if (execute) {
            delete(cluster, definition, ring, ringId);
        }
        String would = execute ? "" : "would ";
        definition.ifPresent(
                found -> out().println(would + "forget mirror " + mirror() + " with id " + found.mirrorId()));
        ringId.ifPresent(id -> out().println(would + "delete topic " + ring + " with all records"));
        if (!execute) {
            err().println("nothing was done; add --execute to do it");
        }
        return ExitCode.OK;
    }

    private void requireNobodyRuns(Cluster cluster, Definition definition) {
        try (RoleChange servers = RoleChange.of(cluster, definition)) {
            servers.running(LISTENING).ifPresent(server -> {
                throw new CommandException(
                        ExitCode.FAILED,
                        "server " + server + " says that it runs mirror '" + mirror()
                                + "'; nothing was done: stop it, and"
                                + " the others of this mirror, with SIGTERM or Ctrl-C, or insist with --force");
            });
        }
    }

    /** What was seen, and nothing that somebody makes meanwhile: a command that is making a mirror here is told so. */
    private void delete(Cluster cluster, Optional<Definition> definition, String ring, Optional<Uuid> ringId) {
        try (DefinitionChange change = cluster.definitions().begin(mirror())) {
            definition.ifPresentOrElse(change::delete, change::requireNone);
            ringId.ifPresent(id -> cluster.admin().deleteTopic(ring, id));
        }
    }
}
