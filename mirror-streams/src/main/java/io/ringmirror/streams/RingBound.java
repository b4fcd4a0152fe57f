package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.MirrorStatus.Log;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether a ring is at its bound, where writers have to wait, and which replica holds which epoch there (invariant I5: they
 * go on when it has flushed). Pure.
 */
final class RingBound {
    private RingBound() {}

    /**
     * What to say of it, in one line; empty while there is a log to go on in.
     *
     * @param bounds as defined
     * @param logs that were ever used
     * @param releasedEpoch what is released
     * @param replicas the registered ones
     */
    static Optional<String> reached(
            Definition.Ring bounds, List<Log> logs, long releasedEpoch, List<ReplicaStatus> replicas) {
        List<EpochTrail> held = logs.stream()
                .map(Log::trail)
                .filter(trail -> trail.epoch() > releasedEpoch)
                .toList();
        long heldBytes = held.stream()
                .flatMap(trail -> trail.seal().stream())
                .mapToLong(EpochTrail.Seal::ringBytes)
                .sum();
        if (held.size() >= bounds.maxLogs()) {
            return Optional.of("the ring is at its bound of " + bounds.maxLogs() + " logs: "
                    + holders(held, releasedEpoch, replicas));
        } else if (heldBytes >= bounds.maxBytes()) {
            return Optional.of("the ring is at its bound of " + bounds.maxBytes() + " bytes: "
                    + holders(held, releasedEpoch, replicas));
        }
        return Optional.empty();
    }

    private static String holders(List<EpochTrail> held, long releasedEpoch, List<ReplicaStatus> replicas) {
        long oldest = releasedEpoch + 1;
        String log = held.stream()
                .filter(trail -> trail.epoch() == oldest)
                .findFirst()
                .map(trail -> " in log " + trail.log())
                .orElse("");
        String servers = replicas.stream()
                .filter(replica -> replica.state().flushedEpoch() < oldest)
                .map(ReplicaStatus::server)
                .sorted()
                .collect(Collectors.joining(", "));
        return servers.isEmpty()
                ? "epoch " + oldest + log + " is not released"
                : servers + " holds epoch " + oldest + log;
    }
}
