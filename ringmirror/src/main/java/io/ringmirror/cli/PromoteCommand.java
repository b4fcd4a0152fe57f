package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringmirror promote}. */
@Command(
        name = "promote",
        description =
                "Makes a server the source of a mirror. A source that answers finishes, flushes and hands over first;"
                        + " one that does not is fenced and loses nothing that it answered. Shows what it would do; acts with"
                        + " --execute.")
final class PromoteCommand extends ClusterCommand {
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);

    /** Whoever was not heard for so long is not asked to hand over. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    @Parameters(paramLabel = "MIRROR", description = "Name of the mirror.")
    private String mirror;

    @Option(names = "--server", required = true, paramLabel = "SERVER", description = "Server that becomes the source.")
    private String server;

    @Option(names = "--execute", description = "Does it.")
    private boolean execute;

    @Option(names = "--wait", description = "Waits, for --timeout or 60 s, until the server is the source.")
    private boolean wait;

    @Option(
            names = "--drain",
            paramLabel = "DURATION",
            defaultValue = "20s",
            converter = DurationConverter.class,
            description =
                    "Longest wait for the present source to hand over; default ${DEFAULT-VALUE}, 0s does not ask.")
    private Duration drain;

    @Override
    List<String> mirrors() {
        return List.of(mirror);
    }

    @Override
    ExitCode run(Cluster cluster) {
        Definition definition = cluster.definition(mirror);
        if (definition.replicaOf(server).isEmpty()) {
            throw usage("mirror '" + mirror + "' has no replica on server '" + server + "'; 'ringmirror describe "
                    + mirror + "' shows them");
        }
        Optional<MirrorStatus> status = cluster.statuses().find(mirror);
        Optional<ReplicaStatus> source = status.flatMap(MirrorStatus::source);
        status.flatMap(this::target).ifPresent(target -> err().println(describe(target)));
        Optional<String> asked = source.filter(this::isToBeAsked).map(ReplicaStatus::server);
        if (!execute) {
            asked.ifPresent(owner -> out().println("would ask server " + owner + " to finish, flush and hand over"));
            out().println("would have server " + server + " take the role of the source of mirror " + mirror);
            err().println("nothing was done; add --execute to do it");
            return ExitCode.OK;
        }
        try (RoleChange change = RoleChange.of(cluster, definition)) {
            asked.ifPresent(owner -> drain(change, owner));
            return promote(change);
        }
    }

    private void drain(RoleChange change, String owner) {
        err().println("asking server " + owner + " to finish, flush and hand over");
        boolean drained = false;
        try {
            drained = change.demote(owner, drain).isPresent();
        } catch (CommandException e) {
            err().println(e.getMessage());
        }
        err().println(
                        drained
                                ? "server " + owner + " has handed over"
                                : "server " + owner
                                        + " has not handed over; it is fenced, and loses nothing that it answered");
    }

    private ExitCode promote(RoleChange change) {
        Duration limit = wait ? timeout().orElse(USUAL_LIMIT) : Duration.ZERO;
        Optional<Event> done = change.promote(server, limit);
        if (wait && done.isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "server " + server + " did not say within " + Quantities.duration(limit.toMillis())
                            + " that it is the source; does it run, and with both roles (ringmirror server)?");
        }
        out().println(done.map(event -> "server " + server + " is the source of mirror " + mirror + " since term "
                        + event.term() + ", sequence " + event.state().appliedSequence())
                .orElse("told server " + server + " to take the role of the source of mirror " + mirror));
        return ExitCode.OK;
    }

    private boolean isToBeAsked(ReplicaStatus owner) {
        boolean heard = System.currentTimeMillis() - owner.heardMs() < SILENCE.toMillis();
        return heard && !owner.server().equals(server) && !drain.isZero();
    }

    private Optional<ReplicaStatus> target(MirrorStatus status) {
        return status.replicas().stream()
                .filter(replica -> replica.server().equals(server))
                .findFirst();
    }

    private static String describe(ReplicaStatus target) {
        return target.heard()
                ? "server " + target.server() + " has flushed epoch "
                        + target.state().flushedEpoch() + ", sequence "
                        + target.state().flushedSequence() + "; " + target.lagRecords()
                        + " records behind when last heard"
                : "server " + target.server() + " was not heard yet";
    }
}
