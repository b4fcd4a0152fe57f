package io.ringmirror.cli;

import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.schemas.Definition;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringmirror adopt}. */
@Command(
        name = "adopt",
        description =
                "Makes a copy of another replica's directory the replica of a server registered with 'destination add"
                        + " --seeded'. The copy must have been taken, position file and images together, while its server was"
                        + " stopped. Shows what it would do; acts with --execute.")
final class AdoptCommand extends MirrorCommand {
    @Option(
            names = "--server",
            required = true,
            paramLabel = "SERVER",
            description = "Server whose replica it becomes.")
    private String server;

    @Option(
            names = "--directory",
            required = true,
            paramLabel = "DIR",
            description = "The copied directory: DATA_DIR/MIRROR of that server.")
    private Path directory;

    @Option(names = "--execute", description = "Does it.")
    private boolean execute;

    @Override
    ExitCode run(Cluster cluster) throws IOException {
        Definition definition = cluster.definition(mirror());
        if (definition.replicaOf(server).isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "mirror '" + mirror() + "' has no replica on server '" + server + "'; register it with: ringmirror"
                            + " destination add " + mirror() + " --server " + server + " --seeded");
        }
        Position from = ReplicaDirectory.copiedFrom(directory, definition, server);
        requireHeld(cluster, from, "; nothing was done");
        String would = execute ? "" : "would ";
        if (execute) {
            ReplicaDirectory.adopt(directory, definition, server);
            requireStillRegistered(cluster, definition);
            requireHeld(cluster, from, "");
        }
        out().println(would + "make " + directory + " the replica of mirror " + mirror() + " on server " + server);
        if (!execute) {
            err().println("nothing was done; add --execute to do it");
        }
        return ExitCode.OK;
    }

    /** What the copy lacks may have been given back before its server was registered, or before the definition was heard of. */
    private void requireHeld(Cluster cluster, Position from, String also) {
        long start =
                cluster.admin().logStarts(cluster.names().ring(mirror())).getOrDefault(from.nextLog(), Long.MAX_VALUE);
        if (from.nextOffset() < start) {
            throw new CommandException(
                    ExitCode.NOT_RETAINED,
                    directory + " goes on in log " + from.nextLog() + " at offset " + from.nextOffset()
                            + ", which the ring of mirror '" + mirror()
                            + "' does not hold any more: copy the directory of a"
                            + " replica anew, now that server '" + server + "' is registered" + also);
        }
    }

    /** Somebody may have removed the server meanwhile. */
    private void requireStillRegistered(Cluster cluster, Definition before) {
        if (!cluster.definition(mirror()).replicaOf(server).equals(before.replicaOf(server))) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "server '" + server + "' was removed from mirror '" + mirror() + "' meanwhile, so " + directory
                            + " is of no use to it: register it again and adopt a new copy");
        }
    }
}
