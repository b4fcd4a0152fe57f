package io.ringmirror.cli;

import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Command.Conditions;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
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
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    @Option(
            names = "--server",
            paramLabel = "SERVER",
            description = "The source; the one that says that it is if not named.")
    private String server;

    @Option(names = "--execute", description = "Does it.")
    private boolean execute;

    @Option(
            names = "--wait",
            description =
                    "Waits, for --timeout or 60 s, until the server is a destination. Without it, until it begins.")
    private boolean wait;

    @Override
    ExitCode run(Cluster cluster) {
        Definition definition = cluster.definition(mirror());
        if (server != null) {
            Cluster.requireReplica(definition, server);
        }
        try (RoleChange change = RoleChange.of(cluster, definition)) {
            Event source = requireSource(change, definition);
            if (!execute) {
                out().println("would have server " + source.server()
                        + " finish, flush and give up the role of the source of mirror " + mirror());
                err().println("nothing was done; add --execute to do it");
                return ExitCode.OK;
            }
            return demote(change, source);
        }
    }

    private Event requireSource(RoleChange change, Definition definition) {
        Duration bound = timeout().orElse(ANSWER_LIMIT);
        String asked = server == null ? definition.source() : server;
        Event source = change.ask(asked, bound, bound)
                .source()
                .orElseThrow(() -> new CommandException(
                        ExitCode.FAILED,
                        "no server said within " + Quantities.duration(bound.toMillis())
                                + " that it is the source of mirror " + mirror() + "; nothing was done"));
        if (server != null && !source.server().equals(server)) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "server " + server + " is not the source of mirror " + mirror() + ", server " + source.server()
                            + " is; nothing was done");
        }
        return source;
    }

    private ExitCode demote(RoleChange change, Event source) {
        Duration limit = wait ? timeout().orElse(USUAL_LIMIT) : ANSWER_LIMIT;
        Conditions conditions = new Conditions(
                OptionalLong.of(source.term()), OptionalLong.of(limit.toMillis()), false, Optional.empty());
        Optional<Event> done = wait
                ? change.demote(source.server(), conditions, limit)
                : change.begin(Action.DEMOTE, source.server(), conditions, limit);
        if (done.isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "server " + source.server() + " did not say within " + Quantities.duration(limit.toMillis())
                            + (wait ? " that it is a destination" : " that it gives the role up"));
        }
        out().println("server " + source.server()
                + (wait
                        ? " is a destination of mirror " + mirror()
                        : " finishes, flushes and gives up the role of the source of mirror " + mirror()
                                + " (--wait waits until it has)")
                + "; make one the source with: ringmirror promote " + mirror() + " --server SERVER --execute");
        return ExitCode.OK;
    }
}
