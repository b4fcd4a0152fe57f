package io.ringmirror.streams;

import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/**
 * Which statuses are worth a record: at once, where anything but figures has changed, for that decides about releases,
 * roles and verdicts; every second, where records go on; not at all where nothing was heard but that servers live. Pure.
 */
final class News {
    private static final long FIGURES_MS = Duration.ofSeconds(1).toMillis();

    private News() {}

    static boolean isWorthTelling(Optional<MirrorStatus> told, MirrorStatus now) {
        return told.map(last -> !withoutFigures(last).equals(withoutFigures(now))
                        || (now.toldMs() - last.toldMs() >= FIGURES_MS && moved(last, now)))
                .orElse(true);
    }

    private static boolean moved(MirrorStatus last, MirrorStatus now) {
        return last.replicas().stream()
                .anyMatch(before -> now.replicas().stream()
                        .filter(after -> after.replicaId().equals(before.replicaId()))
                        .anyMatch(after -> after.state().appliedSequence()
                                        != before.state().appliedSequence()
                                || after.lagRecords() != before.lagRecords()
                                || after.state().dirtyBytes() != before.state().dirtyBytes()));
    }

    private static MirrorStatus withoutFigures(MirrorStatus status) {
        return status.judged(
                status.replicas().stream()
                        .map(News::withoutFigures)
                        .sorted(Comparator.comparing(ReplicaStatus::server))
                        .toList(),
                status.verdict(),
                status.verdict() == Verdict.CATCHING_UP ? "" : status.reason(),
                0);
    }

    private static ReplicaStatus withoutFigures(ReplicaStatus replica) {
        ReplicaState state = replica.state();
        ReplicaState place = new ReplicaState(
                state.role(),
                state.flushedEpoch(),
                state.flushedSequence(),
                state.flushedTimeMs(),
                state.flushes(),
                state.appliedEpoch(),
                state.flushedSequence(),
                0,
                0,
                0,
                state.quietMs(),
                state.trails());
        return new ReplicaStatus(
                replica.server(),
                replica.replicaId(),
                replica.heard() ? 1 : 0,
                place,
                replica.furthestEpoch(),
                replica.furthestSequence(),
                replica.term(),
                0,
                replica.lagEpochs(),
                0,
                0,
                replica.stopped());
    }
}
