package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact.Stopped;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.List;

/** What is known of a mirror's registered replicas: who they are, what they said last, how far behind they are. Pure. */
final class Replicas {
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
        ReplicaState state = event.isOfNoReplica() ? before.state() : event.state();
        return new ReplicaStatus(
                before.server(),
                before.replicaId(),
                Math.max(before.heardMs(), timeMs),
                state,
                Math.max(before.furthestEpoch(), state.flushedEpoch()),
                Math.max(before.furthestSequence(), state.flushedSequence()),
                Math.max(before.term(), event.term()),
                before.furthestSequence() > state.flushedSequence() ? 0 : before.sinceMs(),
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

    private static ReplicaStatus unheard(Definition.Replica replica, String source) {
        Role role = replica.server().equals(source) ? Role.SOURCE : Role.DESTINATION;
        ReplicaState nothing = new ReplicaState(role, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
        return new ReplicaStatus(replica.server(), replica.replicaId(), 0, nothing, 0, 0, 0, 0, 0, 0, 0, "");
    }
}
