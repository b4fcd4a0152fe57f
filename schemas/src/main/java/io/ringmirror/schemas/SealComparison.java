package io.ringmirror.schemas;

import io.ringmirror.schemas.Definition.Replica;
import io.ringmirror.schemas.EpochTrail.Seal;
import io.ringmirror.schemas.Event.ReplicaState;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Whether the registered replicas, all heard of, mean the same by an epoch that all of them have flushed (invariant
 * I7). A digest is missed only where it can still be known: a replica whose trail shows a later epoch in the same log
 * has seen that log reopened, which only a release allows. Pure; any thread.
 */
final class SealComparison {
    private final List<Replica> replicas;
    private final Map<UUID, ReplicaState> heard;
    /** The log of each epoch that some replica's trail shows. */
    private final TreeMap<Long, Integer> logs = new TreeMap<>();

    SealComparison(List<Replica> replicas, Map<UUID, ReplicaState> heard) {
        this.replicas = replicas;
        this.heard = heard;
        replicas.forEach(replica -> stateOf(replica).trails().forEach(trail -> logs.put(trail.epoch(), trail.log())));
    }

    /** The epochs that can be compared: those that are the latest of their log in some replica's trails. */
    NavigableSet<Long> epochs() {
        return logs.navigableKeySet();
    }

    /** Why the replicas cannot be said to agree on one of {@link #epochs()}, or empty if they agree. */
    Optional<String> doubt(long epoch) {
        Replica first = null;
        for (Replica replica : replicas) {
            if (hasSeenLogReopened(replica, epoch)) {
                continue;
            }
            if (seal(replica, epoch).isEmpty()) {
                return Optional.of(replica.server() + " flushed epoch " + epoch + " and gave no digest of it");
            }
            first = first == null ? replica : first;
            if (!same(seal(first, epoch).get(), seal(replica, epoch).get())) {
                return Optional.of(
                        "digests of epoch " + epoch + " differ between " + first.server() + " and " + replica.server());
            }
        }
        return Optional.empty();
    }

    private boolean hasSeenLogReopened(Replica replica, long epoch) {
        int log = logs.get(epoch);
        return stateOf(replica).trails().stream().anyMatch(trail -> trail.log() == log && trail.epoch() > epoch);
    }

    private Optional<Seal> seal(Replica replica, long epoch) {
        return stateOf(replica).trails().stream()
                .filter(trail -> trail.epoch() == epoch)
                .findFirst()
                .flatMap(EpochTrail::seal);
    }

    /** The end offset is left out: a seal that was sent again stands twice in the log. */
    private static boolean same(Seal one, Seal other) {
        return one.sequence() == other.sequence()
                && one.records() == other.records()
                && one.bytes() == other.bytes()
                && one.digest() == other.digest();
    }

    private ReplicaState stateOf(Replica replica) {
        return heard.get(replica.replicaId());
    }
}
