package io.ringmirror.replica.control;

import io.ringmirror.replica.Replica;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import java.util.function.Consumer;

/**
 * Says what happened to one mirror on this server, with the replica's state beside it. On the thread that owns the
 * replica.
 */
public final class MirrorFacts {
    private final Consumer<Event> publisher;
    private final Replica replica;
    private final String server;
    private final Event.Role role;

    /** @param publisher where events go; it must not block */
    public MirrorFacts(Consumer<Event> publisher, Replica replica, String server, Event.Role role) {
        this.publisher = publisher;
        this.replica = replica;
        this.server = server;
        this.role = role;
    }

    /** States a fact that is durable already. */
    public void state(Fact fact) {
        publisher.accept(new Event(
                replica.definition().mirrorId(),
                replica.definition().mirror(),
                server,
                replica.replicaId(),
                replica.chain().term(),
                System.currentTimeMillis(),
                fact,
                replica.state(role)));
    }

    /** States how far the replica is, and nothing new, unless it cannot be flushed. */
    public void beat() {
        state(replica.beat());
    }
}
