package io.ringmirror.schemas;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * A fact that a server states after it is durable: the record of the events topic, keyed by the mirror's name. The
 * state beside the fact is cumulative, so that any later event stands in for one that was lost.
 *
 * @param mirrorId the mirror
 * @param mirror its name
 * @param server who says so
 * @param replicaId the server's replica
 * @param term the highest term the server has seen, 0 before the first
 * @param timeMs milliseconds since the epoch by the server's clock; for people, never for order
 * @param fact what happened
 * @param state how far the server's replica is
 * @param roles the roles that the server may take; none if it is too old to say
 * @param generation of the definition that the server goes by, whatever it deletes; 0 if it is too old to say
 */
public record Event(
        UUID mirrorId,
        String mirror,
        String server,
        UUID replicaId,
        long term,
        long timeMs,
        Fact fact,
        ReplicaState state,
        Set<Role> roles,
        long generation) {

    /** What happened. */
    public sealed interface Fact {
        /** This server took the role; {@code log} and {@code offset} are where its TermBegin stands. */
        record TermBegun(int log, long offset) implements Fact {}

        /** The epoch's EpochBegin is in the log. */
        record EpochOpened(long epoch, int log, long offset) implements Fact {}

        /** The epoch's EpochEnd is in the log; its {@link EpochTrail} is in the state. */
        record EpochSealed(long epoch) implements Fact {}

        /** The replica was flushed up to the position in the state; {@code epoch} is its last whole epoch, or 0. */
        record Flushed(long epoch, long durationMs, long bytes) implements Fact {}

        /** Nothing new; the server is alive and its state is as it says. */
        record Beat() implements Fact {}

        /** Records below {@code beforeOffset} of the log were deleted; {@code records} of them were data. */
        record Deallocated(int log, long epoch, long beforeOffset, long records) implements Fact {}

        /** The server stopped this mirror and says why, in one line. */
        record Stopped(String reason) implements Fact {}

        /** The server did not do what it was told, and says why, in one line. */
        record Refused(UUID commandId, String reason) implements Fact {}

        /**
         * The server has an order about roles and can do it now, or was told to try again and runs the mirror; where the order is to do more than to say so, it does so
         * next. When this is in the topic is the log's time at which the order was still to be obeyed.
         */
        record Ready(UUID commandId) implements Fact {}
    }

    /** What a server is for a mirror. */
    public enum Role {
        SOURCE,
        DESTINATION
    }

    /**
     * How far a replica is, and what its server knows of the ring.
     *
     * @param role the server's role now
     * @param flushedEpoch last epoch flushed whole, or 0
     * @param flushedSequence sequence up to which the image is flushed
     * @param flushedTimeMs log time of the newest record flushed, milliseconds since the epoch, or 0
     * @param flushes flushes of this replica since it was made
     * @param appliedEpoch epoch of the last record applied (at the source: in the log)
     * @param appliedSequence sequence of that record
     * @param appliedTimeMs log time of that record, milliseconds since the epoch, or 0
     * @param dirtyBytes bytes in the cache that are not in the image
     * @param unflushedTimeMs log time of the oldest record applied and not flushed, milliseconds since the epoch, or 0
     * @param quietMs the longest that the server is silent about the mirror while it runs; 0 if it does not say
     * @param undeleted why its server cannot delete released records, though it tries to; empty if it can
     * @param undeletedSinceMs since when, milliseconds since the epoch by the server's clock, or 0
     * @param trails one per log ever used, by log number
     */
    public record ReplicaState(
            Role role,
            long flushedEpoch,
            long flushedSequence,
            long flushedTimeMs,
            long flushes,
            long appliedEpoch,
            long appliedSequence,
            long appliedTimeMs,
            long dirtyBytes,
            long unflushedTimeMs,
            long quietMs,
            String undeleted,
            long undeletedSinceMs,
            List<EpochTrail> trails) {
        public ReplicaState {
            Objects.requireNonNull(role, "role");
            Checks.atLeast("flushedEpoch", flushedEpoch, 0);
            Checks.atLeast("appliedEpoch", appliedEpoch, flushedEpoch);
            Checks.atLeast("appliedSequence", appliedSequence, flushedSequence);
            Checks.atLeast("unflushedTimeMs", unflushedTimeMs, 0);
            Checks.atLeast("quietMs", quietMs, 0);
            Objects.requireNonNull(undeleted, "undeleted");
            Checks.atLeast("undeletedSinceMs", undeletedSinceMs, 0);
            trails = List.copyOf(trails);
        }

        /** Of a server that can delete what is released, or does not have to. */
        public ReplicaState(
                Role role,
                long flushedEpoch,
                long flushedSequence,
                long flushedTimeMs,
                long flushes,
                long appliedEpoch,
                long appliedSequence,
                long appliedTimeMs,
                long dirtyBytes,
                long unflushedTimeMs,
                long quietMs,
                List<EpochTrail> trails) {
            this(
                    role,
                    flushedEpoch,
                    flushedSequence,
                    flushedTimeMs,
                    flushes,
                    appliedEpoch,
                    appliedSequence,
                    appliedTimeMs,
                    dirtyBytes,
                    unflushedTimeMs,
                    quietMs,
                    "",
                    0,
                    trails);
        }

        /** The same, of a server that cannot delete released records. */
        public ReplicaState withUndeleted(String reason, long sinceMs) {
            return new ReplicaState(
                    role,
                    flushedEpoch,
                    flushedSequence,
                    flushedTimeMs,
                    flushes,
                    appliedEpoch,
                    appliedSequence,
                    appliedTimeMs,
                    dirtyBytes,
                    unflushedTimeMs,
                    quietMs,
                    reason,
                    sinceMs,
                    trails);
        }

        /** Whether the other one says the same but for the time of the last record: an idle source's beats have one, too. */
        public boolean equalsButForTime(ReplicaState other) {
            return equals(new ReplicaState(
                    other.role,
                    other.flushedEpoch,
                    other.flushedSequence,
                    other.flushedTimeMs,
                    other.flushes,
                    other.appliedEpoch,
                    other.appliedSequence,
                    appliedTimeMs,
                    other.dirtyBytes,
                    other.unflushedTimeMs,
                    other.quietMs,
                    other.undeleted,
                    other.undeletedSinceMs,
                    other.trails));
        }
    }

    /**
     * Whether its sender could not speak for its replica, as the mirror does not run there: then the state says nothing, and
     * what was known of the replica stays.
     */
    public boolean isOfNoReplica() {
        boolean nothing = state.appliedEpoch() == 0
                && state.flushes() == 0
                && state.trails().isEmpty();
        return nothing && (fact instanceof Fact.Stopped || fact instanceof Fact.Refused);
    }

    public Event {
        Objects.requireNonNull(mirrorId, "mirrorId");
        Checks.name("mirror", mirror);
        Checks.name("server", server);
        Objects.requireNonNull(replicaId, "replicaId");
        Checks.atLeast("term", term, 0);
        Objects.requireNonNull(fact, "fact");
        Objects.requireNonNull(state, "state");
        roles = Set.copyOf(roles);
        Checks.atLeast("generation", generation, 0);
    }

    /** Of a server that does not say which definition it goes by. */
    public Event(
            UUID mirrorId,
            String mirror,
            String server,
            UUID replicaId,
            long term,
            long timeMs,
            Fact fact,
            ReplicaState state,
            Set<Role> roles) {
        this(mirrorId, mirror, server, replicaId, term, timeMs, fact, state, roles, 0);
    }

    /** Of a server that does not say which roles it may take. */
    public Event(
            UUID mirrorId,
            String mirror,
            String server,
            UUID replicaId,
            long term,
            long timeMs,
            Fact fact,
            ReplicaState state) {
        this(mirrorId, mirror, server, replicaId, term, timeMs, fact, state, Set.of());
    }
}
