package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringmirror delete}. */
@Command(
        name = "delete",
        description = "Deletes a mirror and its ring, unreleased writes with it. Shows what it would do; acts with"
                + " --execute. Stop its servers first; their images stay.")
final class DeleteCommand extends MirrorCommand {
    @Option(names = "--execute", description = "Does it.")
    private boolean execute;

    @Override
    ExitCode run(Cluster cluster) {
        String ring = cluster.names().ring(mirror());
        boolean hasRing = cluster.has(ring);
        Optional<Definition> definition = cluster.definitions().find(mirror());
        if (definition.isEmpty() && !hasRing) {
            throw new CommandException(
                    ExitCode.FAILED, "there is no mirror '" + mirror() + "'; 'ringmirror list' shows those there are");
        }
        String would = execute ? "" : "would ";
        definition.ifPresent(found -> {
            out().println(would + "forget mirror " + mirror() + " with id " + found.mirrorId());
            if (execute) {
                cluster.definitions().delete(mirror());
            }
        });
        if (hasRing) {
            out().println(would + "delete topic " + ring + " with all records");
            if (execute) {
                cluster.admin().deleteTopic(ring);
            }
        }
        if (!execute) {
            err().println("nothing was done; add --execute to do it");
        }
        return ExitCode.OK;
    }
}
