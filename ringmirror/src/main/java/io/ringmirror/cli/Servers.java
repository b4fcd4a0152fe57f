package io.ringmirror.cli;

import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.topics.EventTail;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What the servers of a mirror say while its definition is changed: which of them delete by the new one, and which is the
 * source. One thread; closed by it.
 */
final class Servers implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    /** What an idle server says by itself may come late, and one that is asked may not have the new definition yet. */
    private static final Duration ASKED_AGAIN = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final Definition definition;
    private final EventTail events;
    private Optional<Event> source = Optional.empty();

    private Servers(Cluster cluster, Definition definition, EventTail events) {
        this.cluster = cluster;
        this.definition = definition;
        this.events = events;
    }

    /** Listens from now on. */
    static Servers of(Cluster cluster, Definition definition) {
        return new Servers(cluster, definition, cluster.events());
    }

    /**
     * Waits until every server that had a replica before has said that it goes by this generation or a later one: then
     * nothing more is deleted by an older one. One that is not heard within the bound does not run, and reads the
     * definitions before it deletes anything again.
     */
    void awaitGeneration(long generation, Duration bound) {
        Set<String> missing = new HashSet<>();
        definition.replicas().forEach(replica -> missing.add(replica.server()));
        long startNs = System.nanoTime();
        for (long asked = 0; !missing.isEmpty() && System.nanoTime() - startNs < bound.toNanos(); ) {
            if (System.nanoTime() - startNs >= asked * ASKED_AGAIN.toNanos()) {
                ask();
                asked++;
            }
            for (Event event : events.poll(POLL)) {
                if (isOurs(event)) {
                    note(event);
                    if (event.generation() >= generation) {
                        missing.remove(event.server());
                    }
                }
            }
        }
    }

    /** Whether the server said, in what was waited for, that it is the source, or was until it stopped, and none after it. */
    boolean saidSource(String server) {
        return source.filter(event -> event.server().equals(server)).isPresent();
    }

    @Override
    public void close() {
        events.close();
    }

    private void ask() {
        cluster.tell(new Command(
                definition.mirrorId(), definition.mirror(), UUID.randomUUID(), Optional.empty(), Action.ASK_FIT));
    }

    private void note(Event event) {
        if (event.state().role() == Role.SOURCE) {
            source = source.filter(other -> other.term() > event.term()).or(() -> Optional.of(event));
        }
    }

    private boolean isOurs(Event event) {
        return event.mirrorId().equals(definition.mirrorId())
                && definition.replicas().contains(new Definition.Replica(event.server(), event.replicaId()));
    }
}
