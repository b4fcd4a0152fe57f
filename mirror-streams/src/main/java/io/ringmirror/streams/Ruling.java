package io.ringmirror.streams;

import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** How a mirror is, in one word and one line: the worst that holds for it. */
record Ruling(Verdict verdict, String reason) {

    /**
     * The verdict on a mirror.
     *
     * @param worstFirst its registered replicas
     * @param held why the release waits for more than a flush, if it does
     * @param bound who holds which epoch, if the ring is at its bound
     */
    static Ruling on(
            List<ReplicaStatus> worstFirst,
            long sealedEpoch,
            Optional<Divergence> divergence,
            Optional<String> held,
            Optional<String> bound) {
        return divergence
                .map(found -> new Ruling(Verdict.DIVERGED, found.reason()))
                .or(() -> first(worstFirst, ReplicaStatus::wentBack).map(Ruling::wentBack))
                .or(() -> first(worstFirst, replica -> !replica.stopped().isEmpty())
                        .map(replica -> stopped(replica, bound)))
                .or(() -> waiting(worstFirst))
                .or(() -> bound.map(reason -> new Ruling(Verdict.WAITING, reason)))
                .or(() -> held.map(reason -> new Ruling(Verdict.WAITING, reason)))
                .or(() -> first(worstFirst, replica -> replica.lagEpochs() > 0)
                        .map(replica -> catchingUp(replica, sealedEpoch)))
                .orElseGet(() -> inSync(sealedEpoch));
    }

    private static Optional<ReplicaStatus> first(List<ReplicaStatus> replicas, Predicate<ReplicaStatus> holds) {
        return replicas.stream().filter(holds).findFirst();
    }

    private static Ruling stopped(ReplicaStatus replica, Optional<String> bound) {
        String reason = replica.server() + " stopped: " + replica.stopped();
        return new Ruling(
                Verdict.STOPPED, bound.map(line -> reason + "; " + line).orElse(reason));
    }

    private static Ruling wentBack(ReplicaStatus replica) {
        return new Ruling(
                Verdict.DIVERGED,
                replica.server() + " went back from epoch " + replica.furthestEpoch() + ", sequence "
                        + replica.furthestSequence() + " to epoch "
                        + replica.state().flushedEpoch() + ", sequence "
                        + replica.state().flushedSequence()
                        + "; nothing is released until it has flushed them again or is removed");
    }

    private static Optional<Ruling> waiting(List<ReplicaStatus> replicas) {
        String unheard = replicas.stream()
                .filter(replica -> !replica.heard())
                .map(ReplicaStatus::server)
                .collect(Collectors.joining(", "));
        return unheard.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Ruling(Verdict.WAITING, "not heard yet: " + unheard + "; nothing is released until then"));
    }

    private static Ruling catchingUp(ReplicaStatus replica, long sealedEpoch) {
        return new Ruling(
                Verdict.CATCHING_UP,
                replica.server() + " has flushed epoch " + replica.state().flushedEpoch() + " of " + sealedEpoch);
    }

    private static Ruling inSync(long sealedEpoch) {
        return new Ruling(
                Verdict.IN_SYNC,
                sealedEpoch == 0 ? "no epoch is sealed yet" : "every replica has flushed epoch " + sealedEpoch);
    }
}
