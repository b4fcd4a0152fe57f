package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.Collection;
import java.util.Optional;

/** Who is the source of a mirror now: by what servers said, or, before any did, by the definition. Stateless. */
final class PresentSource {
    private PresentSource() {}

    /** Empty if none is: it gave the role up, and nobody was promoted. */
    static Optional<String> of(Definition definition, Optional<MirrorStatus> status) {
        return status.filter(known -> known.replicas().stream().anyMatch(ReplicaStatus::heard))
                .map(known -> known.source().map(ReplicaStatus::server))
                .orElseGet(() -> Optional.of(definition.source()));
    }

    /** By the status of this very mirror among those. */
    static Optional<String> of(Definition definition, Collection<MirrorStatus> statuses) {
        return of(
                definition,
                statuses.stream()
                        .filter(status -> status.mirrorId().equals(definition.mirrorId()))
                        .findFirst());
    }
}
