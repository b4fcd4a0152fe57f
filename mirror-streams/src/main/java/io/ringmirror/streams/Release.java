package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.ReleaseRule;
import io.ringmirror.schemas.ReleaseRule.Decision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What the {@link ReleaseRule} says of what the replicas say now, held back by what the tracker remembers of what they
 * said before: a divergence once found, and a replica that was further once. Pure.
 */
final class Release {
    private Release() {}

    /** Never below {@code releasedEpoch}, what was released before. */
    static Decision decided(
            Definition definition, List<ReplicaStatus> replicas, Optional<Divergence> divergence, long releasedEpoch) {
        Map<UUID, ReplicaState> heard = replicas.stream()
                .filter(ReplicaStatus::heard)
                .collect(Collectors.toMap(ReplicaStatus::replicaId, ReplicaStatus::state));
        Decision now = ReleaseRule.releasable(Optional.of(definition), heard, releasedEpoch);
        if (replicas.stream().anyMatch(ReplicaStatus::wentBack)) {
            return new Decision(releasedEpoch, now.reasonHeld());
        }
        long agreedEpoch = divergence.map(first -> first.epoch() - 1).orElse(Long.MAX_VALUE);
        return new Decision(Math.max(releasedEpoch, Math.min(now.releasedEpoch(), agreedEpoch)), now.reasonHeld());
    }
}
