package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact.Stopped;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.Comparator;
import java.util.List;

/** What is known of a mirror's registered replicas: who they are, what they said last, how far behind they are. Pure. */
final class Replicas {
    private static final Comparator<ReplicaStatus> WORST_FIRST = Comparator.comparing(ReplicaStatus::wentBack)
            .thenComparing(replica -> !replica.stopped().isEmpty())
            .thenComparing(replica -> !replica.heard())
            .thenComparing(ReplicaStatus::lagEpochs)
            .thenComparing(ReplicaStatus::lagRecords)
            .reversed()
            .thenComparing(ReplicaStatus::server);

    private Replicas() {}

    /** Those that the definition registers, as known before or as never heard. */
    static List<ReplicaStatus> registered(Definition definition, List<ReplicaStatus> known) {
        return definition.replicas().stream()
                .map(replica -> known.stream()
                        .filter(status -> status.replicaId().equals(replica.replicaId())
                                && status.server().equals(replica.server()))
                        .findFirst()
                        .orElseGet(() -> unheard(replica, definition.source())))
                .toList();
    }

    /** The replica as the event says; what it ever said it had flushed is kept beside it. */
    static ReplicaStatus heard(ReplicaStatus before, Event event, long timeMs) {
        ReplicaState state = event.state();
        return new ReplicaStatus(
                before.server(),
                before.replicaId(),
                Math.max(before.heardMs(), timeMs),
                state,
                Math.max(before.furthestEpoch(), state.flushedEpoch()),
                Math.max(before.furthestSequence(), state.flushedSequence()),
                before.lagEpochs(),
                before.lagRecords(),
                before.rpoMs(),
                event.fact() instanceof Stopped stopped ? stopped.reason() : "");
    }

    /** The last epoch that any replica has flushed. */
    static long flushedEpoch(List<ReplicaStatus> replicas) {
        return replicas.stream()
                .mapToLong(replica -> replica.state().flushedEpoch())
                .max()
                .orElse(0);
    }

    /**
     * With lags reckoned, worst first. Now is when any of them was last heard, so all are measured by one clock.
     *
     * @param createdMs since when a replica is behind that has flushed nothing
     */
    static List<ReplicaStatus> reckoned(
            List<ReplicaStatus> replicas, long sealedEpoch, long newestSequence, long createdMs) {
        long nowMs = replicas.stream().mapToLong(ReplicaStatus::heardMs).max().orElse(0);
        return replicas.stream()
                .map(replica -> reckoned(replica, sealedEpoch, newestSequence, createdMs, nowMs))
                .sorted(WORST_FIRST)
                .toList();
    }

    private static ReplicaStatus reckoned(
            ReplicaStatus replica, long sealedEpoch, long newestSequence, long createdMs, long nowMs) {
        ReplicaState state = replica.state();
        long lagRecords = Math.max(0, newestSequence - state.flushedSequence());
        long sinceMs = state.flushedTimeMs() > 0 ? state.flushedTimeMs() : createdMs;
        return new ReplicaStatus(
                replica.server(),
                replica.replicaId(),
                replica.heardMs(),
                state,
                replica.furthestEpoch(),
                replica.furthestSequence(),
                Math.max(0, sealedEpoch - state.flushedEpoch()),
                lagRecords,
                lagRecords == 0 ? 0 : Math.max(0, nowMs - sinceMs),
                replica.stopped());
    }

    private static ReplicaStatus unheard(Definition.Replica replica, String source) {
        Role role = replica.server().equals(source) ? Role.SOURCE : Role.DESTINATION;
        ReplicaState nothing = new ReplicaState(role, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
        return new ReplicaStatus(replica.server(), replica.replicaId(), 0, nothing, 0, 0, 0, 0, 0, "");
    }
}
