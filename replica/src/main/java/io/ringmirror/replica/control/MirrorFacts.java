package io.ringmirror.replica.control;

import io.ringmirror.replica.Replica;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.ReplicaState;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Says what happened to one mirror on this server, with the replica's state beside it. What was said last is not said
 * again at each beat but at every third, so that idle mirrors take little room in the events topic; how long the silence
 * may be stands in each state. On the thread that owns the replica.
 */
public final class MirrorFacts {
    /** Of that many beats in a row that have nothing new to say, one is told. */
    static final int IDLE_BEATS = 3;

    private final Consumer<Event> publisher;
    private final Replica replica;
    private final String server;
    private final Event.Role role;
    private final Set<Event.Role> roles;
    private final long quietMs;
    private long generation;
    private String undeleted = "";
    private long undeletedSinceMs;
    private Said last;
    private int notRepeated;

    /** A statement, but for the log's time, which goes on while nothing happens. */
    private record Said(Fact fact, long term, ReplicaState state, long generation) {
        boolean isBeatAgain(Said other) {
            return (fact instanceof Fact.Beat || fact instanceof Fact.Stopped)
                    && fact.equals(other.fact)
                    && term == other.term
                    && generation == other.generation
                    && state.equalsButForTime(other.state);
        }
    }

    /**
     * @param publisher where events go; it must not block
     * @param role what the server is for the mirror now
     * @param roles what it may be
     * @param beat the time between two beats
     */
    public MirrorFacts(
            Consumer<Event> publisher,
            Replica replica,
            String server,
            Event.Role role,
            Set<Event.Role> roles,
            Duration beat) {
        this.publisher = publisher;
        this.replica = replica;
        this.server = server;
        this.role = role;
        this.roles = Set.copyOf(roles);
        this.quietMs = IDLE_BEATS * beat.toMillis();
        this.generation = replica.definition().generation();
    }

    /**
     * How it stands with deleting what is released.
     *
     * @param reason why it cannot be deleted, in one line; empty if it can, or is not for this server to do
     * @param byGeneration of the definition that whatever is deleted from here on was judged by
     */
    public void deleting(String reason, long byGeneration) {
        if (undeleted.isEmpty() != reason.isEmpty()) {
            undeletedSinceMs = reason.isEmpty() ? 0 : System.currentTimeMillis();
        }
        undeleted = reason;
        generation = byGeneration;
    }

    /** States a fact that is durable already. */
    public void state(Fact fact) {
        ReplicaState state = replica.state(role, quietMs).withUndeleted(undeleted, undeletedSinceMs);
        Said said = new Said(fact, replica.chain().term(), state, generation);
        if (last != null && said.isBeatAgain(last) && ++notRepeated < IDLE_BEATS) {
            return;
        }
        last = said;
        notRepeated = 0;
        publisher.accept(new Event(
                replica.definition().mirrorId(),
                replica.definition().mirror(),
                server,
                replica.replicaId(),
                said.term(),
                System.currentTimeMillis(),
                fact,
                said.state(),
                roles,
                generation));
    }

    /** States how far the replica is, and nothing new, unless it cannot be flushed. */
    public void beat() {
        state(replica.beat());
    }
}
