package io.ringmirror.replica.control;

import io.ringmirror.replica.Replica;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import java.util.Set;
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
    private final Set<Event.Role> roles;

    /**
     * @param publisher where events go; it must not block
     * @param role what the server is for the mirror now
     * @param roles what it may be
     */
    public MirrorFacts(
            Consumer<Event> publisher, Replica replica, String server, Event.Role role, Set<Event.Role> roles) {
        this.publisher = publisher;
        this.replica = replica;
        this.server = server;
        this.role = role;
        this.roles = Set.copyOf(roles);
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
                replica.state(role),
                roles));
    }

    /** States how far the replica is, and nothing new, unless it cannot be flushed. */
    public void beat() {
        state(replica.beat());
    }
}
