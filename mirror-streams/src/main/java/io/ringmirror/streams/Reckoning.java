package io.ringmirror.streams;

import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How far each replica is behind the newest record that was heard of: in epochs, in records, and in the age of the oldest
 * record that it has not flushed. Pure.
 *
 * <p>Nobody keeps the log time of every record, and nobody needs to. The age follows from the oldest unflushed record
 * that each server names with its state: exactly, where this replica's own server or the source still holds the record in
 * question. Where neither does it is taken to be as old as the source's last word that there was none yet, which is one
 * silence of an idle source before it at most. So a pause of the writers never counts, and what is missing grows old.
 *
 * @param sealedEpoch the last sealed epoch
 * @param newestSequence the newest record heard of
 * @param createdMs when the mirror was made
 * @param nowMs now, by the log's clock
 */
record Reckoning(long sealedEpoch, long newestSequence, long createdMs, long nowMs) {
    private static final Comparator<ReplicaStatus> WORST_FIRST = Comparator.comparing(ReplicaStatus::wentBack)
            .thenComparing(replica -> !replica.stopped().isEmpty())
            .thenComparing(replica -> !replica.heard())
            .thenComparing(ReplicaStatus::lagEpochs)
            .thenComparing(ReplicaStatus::lagRecords)
            .reversed()
            .thenComparing(ReplicaStatus::server);

    /** The replicas with lags and ages, worst first. */
    List<ReplicaStatus> of(List<ReplicaStatus> replicas) {
        Optional<ReplicaStatus> source = replicas.stream()
                .filter(replica -> replica.heard() && replica.state().role() == Role.SOURCE)
                .max(Comparator.comparingLong(ReplicaStatus::term).thenComparingLong(ReplicaStatus::heardMs));
        return replicas.stream()
                .map(replica -> reckoned(replica, source))
                .sorted(WORST_FIRST)
                .toList();
    }

    private ReplicaStatus reckoned(ReplicaStatus replica, Optional<ReplicaStatus> source) {
        ReplicaState state = replica.state();
        long lagRecords = Math.max(0, newestSequence - state.flushedSequence());
        long sinceMs = lagRecords == 0 ? levelMs(replica, source) : unflushedMs(replica, source);
        return new ReplicaStatus(
                replica.server(),
                replica.replicaId(),
                replica.heardMs(),
                state,
                replica.furthestEpoch(),
                replica.furthestSequence(),
                replica.term(),
                sinceMs,
                Math.max(0, sealedEpoch - state.flushedEpoch()),
                lagRecords,
                lagRecords == 0 ? 0 : Math.max(0, nowMs - sinceMs),
                replica.stopped());
    }

    /** The next record, whenever it comes, is younger than the source's word that there is none. */
    private static long levelMs(ReplicaStatus replica, Optional<ReplicaStatus> source) {
        return Math.max(replica.sinceMs(), source.map(ReplicaStatus::heardMs).orElse(0L));
    }

    /** Log times grow with the sequence, so each of these is that of the record in question or of an older one. */
    private long unflushedMs(ReplicaStatus replica, Optional<ReplicaStatus> source) {
        ReplicaState state = replica.state();
        long heldBySourceMs = source.map(ReplicaStatus::state)
                .filter(held -> held.flushedSequence() <= state.flushedSequence())
                .map(ReplicaState::unflushedTimeMs)
                .orElse(0L);
        return LongStream.of(
                        createdMs, replica.sinceMs(), state.flushedTimeMs(), state.unflushedTimeMs(), heldBySourceMs)
                .max()
                .orElseThrow();
    }
}
