package io.ringmirror.schemas;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The tracker's answer about one mirror: the record of the status topic, keyed by the mirror's name. It is also the
 * tracker's whole memory of the mirror: the next status is a function of this one and of one more event.
 *
 * @param mirror the mirror's name
 * @param mirrorId the mirror
 * @param generation the definition's generation that this status reckons with
 * @param term the highest term heard of
 * @param openEpoch the epoch being written, or 0
 * @param sealedEpoch the last sealed epoch, or 0
 * @param releasedEpoch every registered replica has flushed it and digests agree; never goes back
 * @param divergedEpoch the first epoch that two replicas disagree about, 0 while they agree; it and what follows are
 *     not released until one of the replicas is removed from the definition
 * @param requiredLogs the most logs that the epochs between two flushes of the slowest replica have needed
 * @param deallocatedRecords data records deleted from the ring so far
 * @param bound who holds which epoch while the ring is at its bound and writers have to wait, in one line; else empty
 * @param logs by number; the ring's size is their count
 * @param replicas the registered ones, worst first
 * @param verdict in one word
 * @param reason in one line
 * @param toldMs when the tracker reckoned so, milliseconds since the epoch by the log's clock; 0 if it does not say. It says
 *     so again every few seconds, so one that is old comes of a tracker that does not run
 */
public record MirrorStatus(
        String mirror,
        UUID mirrorId,
        long generation,
        long term,
        long openEpoch,
        long sealedEpoch,
        long releasedEpoch,
        long divergedEpoch,
        long requiredLogs,
        long deallocatedRecords,
        String bound,
        List<Log> logs,
        List<ReplicaStatus> replicas,
        Verdict verdict,
        String reason,
        long toldMs) {

    /** What a log is doing. */
    public enum LogState {
        OPEN,
        SEALED,
        RELEASED
    }

    /**
     * One log that has been used.
     *
     * @param trail the latest epoch opened in it
     * @param state what became of that epoch
     * @param deallocatedEpoch the latest epoch of this log whose records were deleted, or 0; it may be an earlier one
     *     than the trail's, as a released log can be opened again before its records are deleted
     */
    public record Log(EpochTrail trail, LogState state, long deallocatedEpoch) {
        public Log {
            Objects.requireNonNull(trail, "trail");
            Objects.requireNonNull(state, "state");
            Checks.atLeast("deallocatedEpoch", deallocatedEpoch, 0);
        }

        /** Whether the records of the trail's epoch were deleted. */
        public boolean deallocated() {
            return deallocatedEpoch >= trail.epoch();
        }
    }

    /**
     * One registered replica as last heard of.
     *
     * @param heardMs when it was last heard, milliseconds since the epoch by the log's clock; 0 if never
     * @param state as the replica said last; absent fields are zero if it was never heard
     * @param furthestEpoch the last epoch it ever said it had flushed
     * @param furthestSequence the sequence up to which it ever said it had flushed
     * @param term the highest term that its server said it had seen
     * @param sinceMs log time of the oldest record it has not flushed, milliseconds since the epoch; while it has all,
     *     when that was last known
     * @param lagEpochs sealed epochs it has not flushed
     * @param lagRecords data records it has not flushed
     * @param rpoMs age of the oldest record it has not flushed, milliseconds, when told; 0 when level
     * @param stopped why its server stopped the mirror; empty while it runs
     */
    public record ReplicaStatus(
            String server,
            UUID replicaId,
            long heardMs,
            Event.ReplicaState state,
            long furthestEpoch,
            long furthestSequence,
            long term,
            long sinceMs,
            long lagEpochs,
            long lagRecords,
            long rpoMs,
            String stopped) {
        public ReplicaStatus {
            Checks.name("server", server);
            Objects.requireNonNull(replicaId, "replicaId");
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(stopped, "stopped");
        }

        /** Whether it was ever heard. */
        public boolean heard() {
            return heardMs > 0;
        }

        /** The oldest sealed epoch that waits for its flush, 0 if none does. */
        public long heldEpoch(long sealedEpoch) {
            return state.flushedEpoch() < sealedEpoch ? state.flushedEpoch() + 1 : 0;
        }

        /** Whether it says now that it has flushed less than it said before: nothing is released meanwhile. */
        public boolean wentBack() {
            return state.flushedEpoch() < furthestEpoch || state.flushedSequence() < furthestSequence;
        }
    }

    /**
     * The replica that is the source, by what was heard: the last that said so, unless another one has seen a later term
     * begin since. Empty while there is none.
     */
    public Optional<ReplicaStatus> source() {
        return source(replicas);
    }

    /** {@link #source()} among these replicas of one mirror. */
    public static Optional<ReplicaStatus> source(List<ReplicaStatus> replicas) {
        long latestTerm = replicas.stream().mapToLong(ReplicaStatus::term).max().orElse(0);
        return replicas.stream()
                .filter(replica -> replica.heard() && replica.state().role() == Event.Role.SOURCE)
                .filter(replica -> replica.term() == latestTerm)
                .max(Comparator.comparingLong(ReplicaStatus::heardMs));
    }

    /** The same releases, logs and terms, judged otherwise. */
    public MirrorStatus judged(List<ReplicaStatus> replicas, Verdict verdict, String reason, long toldMs) {
        return new MirrorStatus(
                mirror,
                mirrorId,
                generation,
                term,
                openEpoch,
                sealedEpoch,
                releasedEpoch,
                divergedEpoch,
                requiredLogs,
                deallocatedRecords,
                bound,
                logs,
                replicas,
                verdict,
                reason,
                toldMs);
    }

    /** How the mirror is, best first. */
    public enum Verdict {
        /** There is a source, every replica was heard lately and has flushed all that was written. */
        IN_SYNC,
        /** Some replica is behind and moving. */
        CATCHING_UP,
        /** The release waits for more than a flush: a registered replica was not heard of, or is below the released. */
        WAITING,
        /** No server has the role of the source, so nothing can be written. */
        NO_SOURCE,
        /** A registered replica was not heard for longer than its server is silent while it runs. */
        SILENT,
        /** Some server stopped the mirror. */
        STOPPED,
        /** Replicas disagree about an epoch, or one went backwards; nothing more is released. */
        DIVERGED;

        /** As people read it, in tables and in JSON. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public MirrorStatus {
        Checks.name("mirror", mirror);
        Objects.requireNonNull(mirrorId, "mirrorId");
        Objects.requireNonNull(bound, "bound");
        logs = List.copyOf(logs);
        replicas = List.copyOf(replicas);
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(reason, "reason");
        if (releasedEpoch > sealedEpoch) {
            throw new IllegalArgumentException(
                    "released epoch " + releasedEpoch + " is beyond the sealed epoch " + sealedEpoch);
        }
    }
}
