package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.List;

/** Statuses to begin from: of a mirror never heard of, and of one to be judged anew. Pure. */
final class Blank {
    private Blank() {}

    /** What is known of a mirror before its first event. */
    static MirrorStatus status(Definition definition) {
        return new MirrorStatus(
                definition.mirror(),
                definition.mirrorId(),
                definition.generation(),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                "",
                List.of(),
                List.of(),
                MirrorStatus.Verdict.WAITING,
                "",
                0);
    }

    /** The last word on a mirror whose definition counts for nothing: it is not judged. */
    static MirrorStatus withoutDefinition(MirrorStatus known, String reason, long nowMs) {
        return known.judged(known.replicas(), MirrorStatus.Verdict.WAITING, reason, nowMs);
    }

    /** The same memory, less who disagreed and what only a replica not among these may have said of unreleased epochs. */
    static MirrorStatus withoutDivergence(MirrorStatus known, List<ReplicaStatus> remaining) {
        return new MirrorStatus(
                known.mirror(),
                known.mirrorId(),
                known.generation(),
                known.term(),
                known.openEpoch(),
                known.sealedEpoch(),
                known.releasedEpoch(),
                0,
                known.requiredLogs(),
                known.deallocatedRecords(),
                "",
                Ring.of(known.logs())
                        .toldAgainBeyond(known.releasedEpoch(), remaining)
                        .logs(),
                known.replicas(),
                known.verdict(),
                "",
                known.toldMs());
    }
}
