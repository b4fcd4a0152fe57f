package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringmirror demote}. */
@Command(
        name = "demote",
        description =
                "Makes the source of a mirror a destination: it finishes, flushes and takes no more writes. The mirror"
                        + " has no source then until one is promoted. Shows what it would do; acts with --execute.")
final class DemoteCommand extends MirrorCommand {
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);

    @Option(
            names = "--server",
            paramLabel = "SERVER",
            description = "The source; the one the tracker knows if not named.")
    private String server;

    @Option(names = "--execute", description = "Does it, and waits, for --timeout or 60 s, until it is done.")
    private boolean execute;

    @Override
    ExitCode run(Cluster cluster) {
        Definition definition = cluster.definition(mirror());
        String source = server == null ? known(cluster) : server;
        Cluster.requireReplica(definition, source);
        if (!execute) {
            out().println("would have server " + source + " finish, flush and give up the role of the source of mirror "
                    + mirror());
            err().println("nothing was done; add --execute to do it");
            return ExitCode.OK;
        }
        Duration limit = timeout().orElse(USUAL_LIMIT);
        try (RoleChange change = RoleChange.of(cluster, definition)) {
            if (change.demote(source, limit).isEmpty()) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "server " + source + " did not say within " + Quantities.duration(limit.toMillis())
                                + " that it is a destination; does it run, and with both roles (ringmirror server)?");
            }
        }
        out().println("server " + source + " is a destination of mirror " + mirror()
                + "; make one the source with: ringmirror promote " + mirror() + " --server SERVER --execute");
        return ExitCode.OK;
    }

    private String known(Cluster cluster) {
        return cluster.statuses()
                .find(mirror())
                .flatMap(MirrorStatus::source)
                .map(MirrorStatus.ReplicaStatus::server)
                .orElseThrow(
                        () -> usage("the tracker knows no source of mirror '" + mirror() + "'; name it with --server"));
    }
}
