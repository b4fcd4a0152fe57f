package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import java.time.Duration;
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
            throw new CommandException(
                    ExitCode.FAILED,
                    "server '" + server + "' is the source of mirror '" + mirror() + "'; promote another one first");
        }
        Definition left = definition.without(server, source);
        if (!execute) {
            out().println("would forget the copy of mirror " + mirror() + " on server " + server);
            err().println("nothing was done; add --execute to do it");
            return ExitCode.OK;
        }
        new Redefinition(cluster).apply(left, timeout().orElse(USUAL_LIMIT));
        out().println("server " + server + " is no destination of mirror " + mirror() + " any more");
        return ExitCode.OK;
    }
}
