package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Definition.Replica;
import java.time.Duration;
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
        if (!seeded) {
            requireWholeRing(cluster);
        }
        Definition changed = changed(definition);
        new Redefinition(cluster).apply(changed, timeout().orElse(USUAL_LIMIT));
        out().println("server " + server + " is a destination of mirror " + mirror() + ", with replica "
                + changed.replicaOf(server).orElseThrow().replicaId());
        return ExitCode.OK;
    }

    private Definition changed(Definition definition) {
        try {
            return definition.with(new Replica(server, UUID.randomUUID()));
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    /** An empty replica begins with the first record ever written. */
    private void requireWholeRing(Cluster cluster) {
        String ring = cluster.names().ring(mirror());
        if (cluster.admin().logStarts(ring).values().stream().anyMatch(start -> start > 0)) {
            throw new CommandException(
                    ExitCode.NOT_RETAINED,
                    "the ring of mirror '" + mirror()
                            + "' does not hold its first writes any more: register the server with"
                            + " --seeded, copy the directory of another replica while its server is stopped, and make it"
                            + " its own with 'ringmirror adopt " + mirror() + "'");
        }
    }
}
