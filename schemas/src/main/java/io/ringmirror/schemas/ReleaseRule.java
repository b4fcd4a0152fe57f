package io.ringmirror.schemas;

import io.ringmirror.schemas.Definition.Replica;
import io.ringmirror.schemas.Event.ReplicaState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What may be released: the epochs that every registered replica has flushed whole, with digests that agree. The
 * tracker decides by {@link #releasable} and whoever deletes checks again by {@link #reasonToKeep}. Pure; any thread.
 *
 * <p>It fails closed (invariants I4, I7): an unknown mirror, a replica not heard of, one below what was released, a
 * digest that differs or is missing holds everything from there on.
 */
public final class ReleaseRule {
    private ReleaseRule() {}

    /**
     * What the rule says.
     *
     * @param releasedEpoch this epoch and all before it are released; 0 if none is
     * @param reasonHeld in one line, why no more is, where that is not just a flush still to come
     */
    public record Decision(long releasedEpoch, Optional<String> reasonHeld) {
        public Decision {
            Checks.atLeast("releasedEpoch", releasedEpoch, 0);
            Objects.requireNonNull(reasonHeld, "reasonHeld");
        }
    }

    /**
     * The release that follows from what was heard; never below {@code releasedEpoch}.
     *
     * @param definition the mirror's definition as now known, if it is
     * @param heard the latest state of each replica heard of, by id; others than the registered are passed over
     * @param releasedEpoch what was released before, or 0
     */
    public static Decision releasable(
            Optional<Definition> definition, Map<UUID, ReplicaState> heard, long releasedEpoch) {
        if (definition.isEmpty()) {
            return held(releasedEpoch, "the mirror's definition is not known");
        }
        long least = Long.MAX_VALUE;
        for (Replica replica : definition.get().replicas()) {
            ReplicaState state = heard.get(replica.replicaId());
            if (state == null) {
                return held(releasedEpoch, "replica of " + replica.server() + " was not heard of yet");
            }
            if (state.flushedEpoch() < releasedEpoch) {
                return held(
                        releasedEpoch,
                        "replica of " + replica.server() + " is at epoch " + state.flushedEpoch()
                                + ", below the released " + releasedEpoch);
            }
            least = Math.min(least, state.flushedEpoch());
        }
        return agreed(definition.get().replicas(), heard, releasedEpoch, least);
    }

    /**
     * Why the records of a released epoch must not be deleted after all, or empty if they may be.
     *
     * @param definition as the deleting server knows it
     * @param status the tracker's answer on which it acts
     * @param epoch the epoch whose records would go
     */
    public static Optional<String> reasonToKeep(Definition definition, MirrorStatus status, long epoch) {
        if (!status.mirrorId().equals(definition.mirrorId())) {
            return Optional.of("the status is of another mirror, id " + status.mirrorId());
        }
        if (status.generation() < definition.generation()) {
            return Optional.of("the status reckons with generation " + status.generation()
                    + " of the definition, which is " + definition.generation());
        }
        if (epoch > status.releasedEpoch()) {
            return Optional.of("epoch " + epoch + " is not released; " + status.releasedEpoch() + " is");
        }
        Map<UUID, ReplicaState> heard = status.replicas().stream()
                .filter(replica -> replica.heardMs() > 0)
                .collect(Collectors.toMap(MirrorStatus.ReplicaStatus::replicaId, MirrorStatus.ReplicaStatus::state));
        Decision again = releasable(Optional.of(definition), heard, 0);
        return again.releasedEpoch() >= epoch
                ? Optional.empty()
                : again.reasonHeld().or(() -> Optional.of("a replica has not flushed epoch " + epoch));
    }

    private static Decision agreed(
            List<Replica> replicas, Map<UUID, ReplicaState> heard, long releasedEpoch, long leastEpoch) {
        SealComparison seals = new SealComparison(replicas, heard);
        for (long epoch : seals.epochs().subSet(releasedEpoch, false, leastEpoch, true)) {
            Optional<String> doubt = seals.doubt(epoch);
            if (doubt.isPresent()) {
                return new Decision(epoch - 1, doubt);
            }
        }
        return new Decision(leastEpoch, Optional.empty());
    }

    private static Decision held(long releasedEpoch, String reason) {
        return new Decision(releasedEpoch, Optional.of(reason));
    }
}
