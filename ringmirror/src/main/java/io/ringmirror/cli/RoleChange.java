package io.ringmirror.cli;

import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Command.Conditions;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.topics.EventTail;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Asks the servers of a mirror about their roles and orders them into others, and follows what they say of it, by the
 * events of the servers themselves: a tracker need not run. Used by one thread and closed by it.
 */
final class RoleChange implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Cluster cluster;
    private final Definition definition;
    private final EventTail events;

    private RoleChange(Cluster cluster, Definition definition, EventTail events) {
        this.cluster = cluster;
        this.definition = definition;
        this.events = events;
    }

    /** Listens from now on. */
    static RoleChange of(Cluster cluster, Definition definition) {
        return new RoleChange(cluster, definition, cluster.events());
    }

    /**
     * What servers said when they were asked.
     *
     * @param asked what one of them answered
     * @param source what the one that says that it is the source said; one of a term that is over is none
     */
    record Answers(Optional<Event> asked, Optional<Event> source) {
        /** Whether it was this server that said so. */
        boolean isSource(String server) {
            return source.filter(event -> event.server().equals(server)).isPresent();
        }

        /** Why the one that was asked could not take the role, if it said so. */
        Optional<String> refusal() {
            return asked.map(Event::fact).map(fact -> fact instanceof Fact.Refused refused ? refused.reason() : null);
        }
    }

    /**
     * Asks all servers whether they could take the role of the source, and waits for one of them and for the source.
     *
     * @param bound the longest wait for the one
     * @param sourceBound the longest wait for the source
     */
    Answers ask(String server, Duration bound, Duration sourceBound) {
        UUID question = tell(Action.ASK_FIT, Optional.empty(), Conditions.NONE);
        long startNs = System.nanoTime();
        Optional<Event> asked = Optional.empty();
        Optional<Event> source = Optional.empty();
        while (System.nanoTime() - startNs < (asked.isEmpty() ? bound : sourceBound).toNanos()
                && (asked.isEmpty() || source.isEmpty())) {
            for (Event event : events.poll(POLL)) {
                if (asked.isEmpty() && isOf(event, server) && answers(event, question)) {
                    asked = Optional.of(event);
                }
                if (isOfReplica(event) && says(event, Role.SOURCE)) {
                    source = source.filter(other -> other.term() > event.term()).or(() -> Optional.of(event));
                }
            }
        }
        long term = asked.map(Event::term).orElse(0L);
        return new Answers(asked, source.filter(event -> event.term() >= term));
    }

    /**
     * The server that is the first to say, within the bound, that it runs the mirror. All are asked: what an idle one says by
     * itself may come later than any bound.
     */
    Optional<String> running(Duration bound) {
        tell(Action.ASK_FIT, Optional.empty(), Conditions.NONE);
        long deadlineNs = System.nanoTime() + bound.toNanos();
        while (System.nanoTime() - deadlineNs < 0) {
            for (Event event : events.poll(POLL)) {
                boolean runs = !(event.fact() instanceof Fact.Stopped) && !event.isOfNoReplica();
                if (isOfReplica(event) && runs) {
                    return Optional.of(event.server());
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Orders the server to take the role of the source; tells what it said when it had, or empty if that did not come in
     * time.
     *
     * @throws CommandException if the server refused
     */
    Optional<Event> promote(String server, Conditions conditions, Duration bound) {
        return order(Action.PROMOTE, server, conditions, event -> event.fact() instanceof Fact.TermBegun, bound);
    }

    /**
     * Orders the server to give the role up; tells what it said as a destination, or empty if that did not come in time.
     *
     * @throws CommandException if the server refused
     */
    Optional<Event> demote(String server, Conditions conditions, Duration bound) {
        return order(Action.DEMOTE, server, conditions, event -> says(event, Role.DESTINATION), bound);
    }

    /**
     * Gives the server an order about roles; tells what it said when it had it and began, or empty if that did not come in
     * time.
     *
     * @throws CommandException if the server refused
     */
    Optional<Event> begin(Action action, String server, Conditions conditions, Duration bound) {
        return order(action, server, conditions, event -> event.fact() instanceof Fact.Ready, bound);
    }

    /** Orders the server to run the mirror if it stands still; tells what it said when it ran. */
    Optional<Event> retry(String server, Duration bound) {
        return order(Action.RETRY, server, Conditions.NONE, event -> event.fact() instanceof Fact.Ready, bound);
    }

    @Override
    public void close() {
        events.close();
    }

    private boolean isOfReplica(Event event) {
        return event.mirrorId().equals(definition.mirrorId())
                && definition.replicas().contains(new Definition.Replica(event.server(), event.replicaId()));
    }

    private boolean isOf(Event event, String server) {
        return event.mirrorId().equals(definition.mirrorId()) && event.server().equals(server);
    }

    private static boolean says(Event event, Role role) {
        return event.state().role() == role && !(event.fact() instanceof Fact.Stopped);
    }

    private static boolean answers(Event event, UUID commandId) {
        return (event.fact() instanceof Fact.Ready ready && ready.commandId().equals(commandId))
                || (event.fact() instanceof Fact.Refused refused
                        && refused.commandId().equals(commandId));
    }

    private UUID tell(Action action, Optional<String> server, Conditions conditions) {
        UUID commandId = UUID.randomUUID();
        cluster.tell(new Command(definition.mirrorId(), definition.mirror(), commandId, server, action, conditions));
        return commandId;
    }

    private Optional<Event> order(
            Action action, String server, Conditions conditions, Predicate<Event> done, Duration bound) {
        long deadlineNs = System.nanoTime() + bound.toNanos();
        UUID commandId = tell(action, Optional.of(server), conditions);
        while (System.nanoTime() - deadlineNs < 0) {
            for (Event event : events.poll(POLL)) {
                if (isOf(event, server) && done.test(event)) {
                    return Optional.of(event);
                }
                if (isOf(event, server) && event.fact() instanceof Fact.Refused refused) {
                    requireOthers(refused, commandId, server);
                }
            }
        }
        return Optional.empty();
    }

    private static void requireOthers(Fact.Refused refused, UUID commandId, String server) {
        if (refused.commandId().equals(commandId)) {
            throw new CommandException(ExitCode.FAILED, "server " + server + " refused: " + refused.reason());
        }
    }
}
