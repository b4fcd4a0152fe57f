package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringmirror promote}. */
@Command(
        name = "promote",
        description =
                "Makes a server the source of a mirror. A source that answers finishes, flushes and hands over first;"
                        + " one that does not is fenced and loses nothing that it answered (with ack=flush: nothing that a"
                        + " flush covered). Shows what it would do; acts with --execute.")
final class PromoteCommand extends MirrorCommand {
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);

    /** How long the source is listened for, which is a few beats of it; a beat may take longer, so silence proves nothing. */
    private static final Duration LISTENING = Duration.ofSeconds(5);

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
                    "Longest wait for the present source to be heard and to hand over; default ${DEFAULT-VALUE}, 0s does"
                            + " not ask.")
    private Duration drain;

    /**
     * The source that is to hand over.
     *
     * @param heard whether it just said that it is the source; it is asked all the same
     * @param bound how long it may take
     */
    private record Owner(String server, boolean heard, Duration bound) {}

    @Override
    ExitCode run(Cluster cluster) {
        Definition definition = cluster.definition(mirror());
        Cluster.requireReplica(definition, server);
        Optional<MirrorStatus> status = cluster.statuses().find(mirror());
        status.flatMap(this::target).ifPresent(target -> err().println(describe(target)));
        String known =
                status.flatMap(MirrorStatus::source).map(ReplicaStatus::server).orElse(definition.source());
        try (RoleChange change = RoleChange.of(cluster, definition)) {
            Optional<Owner> owner = drain.isZero() ? Optional.empty() : owner(change, known);
            if (!execute) {
                plan(owner);
                return ExitCode.OK;
            }
            boolean handedOver = owner.isPresent() && drain(change, owner.get());
            return promote(change, handedOver);
        }
    }

    /** Whoever says that it is the source; where nobody does, the one that was it when last heard; never the new one. */
    private Optional<Owner> owner(RoleChange change, String known) {
        Duration half = drain.dividedBy(2);
        Duration listening = half.compareTo(LISTENING) < 0 ? half : LISTENING;
        return change.source(listening)
                .map(heard -> new Owner(heard, true, drain))
                .or(() -> Optional.of(new Owner(known, false, drain.minus(listening))))
                .filter(owner -> !owner.server().equals(server));
    }

    private void plan(Optional<Owner> owner) {
        owner.ifPresent(present -> out().println(
                        present.heard()
                                ? "would ask server " + present.server() + " to finish, flush and hand over"
                                : "server " + present.server()
                                        + " does not say that it is the source; would ask it all the same to hand over,"
                                        + " and fence it " + Quantities.duration(drain.toMillis())
                                        + " after the beginning"));
        if (drain.isZero()) {
            out().println("would fence the source without asking it to hand over");
        }
        out().println("would have server " + server + " take the role of the source of mirror " + mirror());
        err().println("nothing was done; add --execute to do it");
    }

    private boolean drain(RoleChange change, Owner owner) {
        err().println((owner.heard() ? "" : "server " + owner.server() + " does not say that it is the source; ")
                + "asking server " + owner.server() + " to finish, flush and hand over");
        boolean drained = false;
        try {
            drained = change.demote(owner.server(), owner.bound()).isPresent();
        } catch (CommandException e) {
            err().println(e.getMessage());
        }
        err().println(
                        drained
                                ? "server " + owner.server() + " has handed over"
                                : "server " + owner.server()
                                        + " has not handed over; it is fenced, and loses nothing that it answered (with"
                                        + " ack=flush: nothing that a flush covered)");
        return drained;
    }

    private ExitCode promote(RoleChange change, boolean handedOver) {
        Duration limit = wait ? timeout().orElse(USUAL_LIMIT) : Duration.ZERO;
        Optional<Event> done = change.promote(server, handedOver, limit);
        if (wait && done.isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "server " + server + " did not say within " + Quantities.duration(limit.toMillis())
                            + " that it is the source; does it run, and with both roles (ringmirror server)?");
        }
        out().println(done.map(event -> "server " + server + " is the source of mirror " + mirror() + " since term "
                        + event.term() + ", sequence " + event.state().appliedSequence())
                .orElse("told server " + server + " to take the role of the source of mirror " + mirror()));
        return ExitCode.OK;
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
