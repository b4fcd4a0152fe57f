package io.ringmirror.cli;

import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.topics.EventTail;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Orders a server of a mirror into a role and follows what it says of it, by the events of the servers themselves: a
 * tracker need not run. Used by one thread and closed by it.
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

    /** The server that is the first to say, within the bound, that it is the source; each says so with every beat. */
    Optional<String> source(Duration bound) {
        return first(event -> isOfReplica(event) && says(event, Role.SOURCE), System.nanoTime() + bound.toNanos())
                .map(Event::server);
    }

    /** The server that is the first to say, within the bound, that it runs the mirror; each says so with every beat. */
    Optional<String> running(Duration bound) {
        return first(
                        event -> isOfReplica(event) && !(event.fact() instanceof Fact.Stopped),
                        System.nanoTime() + bound.toNanos())
                .map(Event::server);
    }

    /**
     * Orders the server to take the role of the source; tells what it said when it had, or empty if that did not come in
     * time.
     *
     * @param handedOver whether the source before it has said that it is a destination now
     * @throws CommandException if the server refused
     */
    Optional<Event> promote(String server, boolean handedOver, Duration bound) {
        return order(Action.PROMOTE, server, handedOver, event -> event.fact() instanceof Fact.TermBegun, bound);
    }

    /** Orders the server to give the role up; tells what it said as a destination, or empty if that did not come in time. */
    Optional<Event> demote(String server, Duration bound) {
        return order(Action.DEMOTE, server, false, event -> says(event, Role.DESTINATION), bound);
    }

    /** Orders the server to run the mirror if it stands still; tells what it said when it ran. */
    Optional<Event> retry(String server, Duration bound) {
        return order(Action.RETRY, server, false, event -> event.fact() instanceof Fact.Ready, bound);
    }

    @Override
    public void close() {
        events.close();
    }

    private boolean isOfReplica(Event event) {
        return event.mirrorId().equals(definition.mirrorId())
                && definition.replicas().contains(new Definition.Replica(event.server(), event.replicaId()));
    }

    private static boolean says(Event event, Role role) {
        return event.state().role() == role && !(event.fact() instanceof Fact.Stopped);
    }

    private Optional<Event> order(
            Action action, String server, boolean handedOver, Predicate<Event> done, Duration bound) {
        UUID commandId = UUID.randomUUID();
        long deadlineNs = System.nanoTime() + bound.toNanos();
        cluster.tell(new Command(
                definition.mirrorId(),
                definition.mirror(),
                commandId,
                Optional.of(server),
                action,
                new Command.Conditions(OptionalLong.empty(), OptionalLong.empty(), handedOver, Optional.empty())));
        return first(
                event -> {
                    boolean theirs = event.mirrorId().equals(definition.mirrorId())
                            && event.server().equals(server);
                    boolean wanted = theirs && done.test(event);
                    if (theirs && !wanted && event.fact() instanceof Fact.Refused refused) {
                        requireOthers(refused, commandId, server);
                    }
                    return wanted;
                },
                deadlineNs);
    }

    /** The first event of the wanted kind that comes before the deadline. */
    private Optional<Event> first(Predicate<Event> wanted, long deadlineNs) {
        while (System.nanoTime() - deadlineNs < 0) {
            for (Event event : events.poll(POLL)) {
                if (wanted.test(event)) {
                    return Optional.of(event);
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
