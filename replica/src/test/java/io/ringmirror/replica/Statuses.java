package io.ringmirror.replica;

import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.util.List;
import java.util.UUID;

/** What a tracker says of a mirror with one replica. */
public final class Statuses {
    private Statuses() {}

    public static MirrorStatus released(Replica replica, long epoch) {
        return released(RingScript.MIRROR_ID, 1, replica, epoch);
    }

    public static MirrorStatus released(UUID mirrorId, long generation, Replica replica, long epoch) {
        Event.ReplicaState state = replica.state(Event.Role.DESTINATION, 0);
        ReplicaStatus heard = new ReplicaStatus(
                Replicas.SERVER,
                Replicas.REPLICA_ID,
                1,
                state,
                state.flushedEpoch(),
                state.flushedSequence(),
                0,
                0,
                0,
                0,
                0,
                "");
        return new MirrorStatus(
                "mirror",
                mirrorId,
                generation,
                1,
                0,
                Math.max(epoch, state.flushedEpoch()),
                epoch,
                0,
                1,
                0,
                "",
                List.of(),
                List.of(heard),
                Verdict.IN_SYNC,
                "level",
                1);
    }
}
