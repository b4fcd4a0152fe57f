package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Log;
import io.ringmirror.schemas.MirrorStatus.LogState;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.List;
import java.util.Optional;

/** The mirror of {@link Tales} with the replicas "a" and "b", and the status that follows from what was told of it. */
abstract class FoldScene {
    Definition definition;
    MirrorStatus status;

    /** The log's clock at what is told next. */
    long nowMs = 10_000;

    FoldScene() {
        begin(Tales.definition(1, "a", "b"));
    }

    /** Nothing was told yet. */
    final void begin(Definition first) {
        definition = first;
        status = MirrorFold.redefined(definition, Optional.empty());
    }

    final void define(Definition changed) {
        definition = changed;
        status = MirrorFold.redefined(definition, Optional.of(status));
    }

    final void tell(Event... events) {
        for (Event event : events) {
            status = MirrorFold.next(definition, Optional.of(status), event, nowMs);
        }
    }

    /** Nobody says anything for a while. */
    final void pass(long ms) {
        nowMs += ms;
        status = MirrorFold.later(definition, status, nowMs);
    }

    final ReplicaStatus replica(String server) {
        return status.replicas().stream()
                .filter(replica -> replica.server().equals(server))
                .findFirst()
                .orElseThrow();
    }

    final List<LogState> states() {
        return status.logs().stream().map(Log::state).toList();
    }
}
