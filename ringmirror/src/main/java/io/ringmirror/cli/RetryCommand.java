package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringmirror retry}. */
@Command(
        name = "retry",
        description =
                "Has a server try again to run a mirror that stands still there, once somebody has mended why. One that"
                        + " runs goes on. Waits, for --timeout or 60 s, until the server says how it went.")
final class RetryCommand extends MirrorCommand {
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);

    @Option(names = "--server", required = true, paramLabel = "SERVER", description = "The server that is to try.")
    private String server;

    @Override
    ExitCode run(Cluster cluster) {
        Definition definition = cluster.definition(mirror());
        if (definition.replicaOf(server).isEmpty()) {
            throw usage("mirror '" + mirror() + "' has no replica on server '" + server + "'; 'ringmirror describe "
                    + mirror() + "' shows them");
        }
        Duration limit = timeout().orElse(USUAL_LIMIT);
        try (RoleChange change = RoleChange.of(cluster, definition)) {
            if (change.retry(server, limit).isEmpty()) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "server " + server + " did not say within " + Quantities.duration(limit.toMillis())
                                + " that mirror " + mirror() + " runs there; does its process run?");
            }
        }
        out().println("mirror " + mirror() + " runs on server " + server);
        return ExitCode.OK;
    }
}
