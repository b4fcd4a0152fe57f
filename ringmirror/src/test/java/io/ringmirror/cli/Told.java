package io.ringmirror.cli;

import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.List;
import java.util.UUID;

/** What a tracker might say. */
final class Told {
    private Told() {}

    static MirrorStatus at(MirrorStatus status, long toldMs) {
        return status.judged(status.replicas(), status.verdict(), status.reason(), toldMs);
    }

    static MirrorStatus by(MirrorStatus status, ReplicaStatus... replicas) {
        return status.judged(List.of(replicas), status.verdict(), status.reason(), status.toldMs());
    }

    static ReplicaStatus replica(String server, Role role, long term) {
        ReplicaState state = new ReplicaState(role, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
        return new ReplicaStatus(
                server, UUID.randomUUID(), System.currentTimeMillis(), state, 0, 0, term, 0, 0, 0, 0, "");
    }
}
