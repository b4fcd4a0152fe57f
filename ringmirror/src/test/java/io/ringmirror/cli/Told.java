package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.util.List;
import java.util.UUID;

/** What a tracker might say. */
final class Told {
    private Told() {}

    static MirrorStatus inSync(Definition definition) {
        return new MirrorStatus(
                definition.mirror(),
                definition.mirrorId(),
                definition.generation(),
                1,
                8,
                7,
                7,
                0,
                2,
                0,
                "",
                List.of(),
                List.of(),
                Verdict.IN_SYNC,
                "all level",
                System.currentTimeMillis());
    }

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
