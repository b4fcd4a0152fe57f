package io.ringmirror.streams;

import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.util.Comparator;
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
     * @param nowMs by the log's clock
     * @param held why the release waits for more than a flush, if it does
     * @param bound who holds which epoch, if the ring is at its bound
     */
    static Ruling on(
            List<ReplicaStatus> worstFirst,
            long sealedEpoch,
            long nowMs,
            Optional<Divergence> divergence,
            Optional<String> held,
            Optional<String> bound) {
        return verdict(worstFirst, sealedEpoch, nowMs, divergence, held, bound).and(undeleted(worstFirst));
    }

    private static Ruling verdict(
            List<ReplicaStatus> worstFirst,
            long sealedEpoch,
            long nowMs,
            Optional<Divergence> divergence,
            Optional<String> held,
            Optional<String> bound) {
        return divergence
                .map(found -> new Ruling(Verdict.DIVERGED, found.reason()))
                .or(() -> first(worstFirst, ReplicaStatus::wentBack).map(Ruling::wentBack))
                .or(() -> first(worstFirst, replica -> !replica.stopped().isEmpty())
                        .map(replica -> stopped(replica, bound)))
                .or(() -> silent(worstFirst, nowMs))
                .or(() -> waiting(worstFirst))
                .or(() -> noSource(worstFirst))
                .or(() -> bound.map(reason -> new Ruling(Verdict.WAITING, reason)))
                .or(() -> held.map(reason -> new Ruling(Verdict.WAITING, reason)))
                .or(() -> first(worstFirst, replica -> replica.lagEpochs() > 0 || replica.lagRecords() > 0)
                        .map(replica -> catchingUp(replica, sealedEpoch)))
                .orElseGet(() -> inSync(sealedEpoch));
    }

    private Ruling and(String more) {
        return more.isEmpty() ? this : new Ruling(verdict, reason + "; " + more);
    }

    /** Whatever else holds: Kafka's disks fill up with what nobody needs any more. */
    private static String undeleted(List<ReplicaStatus> replicas) {
        return replicas.stream()
                .filter(replica -> !replica.state().undeleted().isEmpty())
                .sorted(Comparator.comparing(ReplicaStatus::server))
                .map(replica -> replica.server() + " cannot give logs back since "
                        + Silence.time(replica.state().undeletedSinceMs()) + ": "
                        + replica.state().undeleted())
                .collect(Collectors.joining("; "));
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

    private static Optional<Ruling> silent(List<ReplicaStatus> replicas, long nowMs) {
        String silent = replicas.stream()
                .filter(replica -> Silence.isOf(replica, nowMs))
                .sorted(Comparator.comparing(ReplicaStatus::server))
                .map(replica -> replica.server() + " was last heard at " + Silence.time(replica.heardMs()))
                .collect(Collectors.joining(", "));
        return silent.isEmpty() ? Optional.empty() : Optional.of(new Ruling(Verdict.SILENT, silent));
    }

    private static Optional<Ruling> noSource(List<ReplicaStatus> replicas) {
        return MirrorStatus.source(replicas).isPresent()
                ? Optional.empty()
                : Optional.of(new Ruling(
                        Verdict.NO_SOURCE, "no server is the source, so nothing can be written; promote one"));
    }

    private static Ruling catchingUp(ReplicaStatus replica, long sealedEpoch) {
        return new Ruling(
                Verdict.CATCHING_UP,
                replica.lagEpochs() > 0
                        ? replica.server() + " has flushed epoch "
                                + replica.state().flushedEpoch() + " of " + sealedEpoch
                        : replica.server() + " has flushed epoch " + sealedEpoch + ", and not all that came after it");
    }

    private static Ruling inSync(long sealedEpoch) {
        return new Ruling(
                Verdict.IN_SYNC,
                sealedEpoch == 0
                        ? "nothing is to be flushed yet"
                        : "every replica has flushed epoch " + sealedEpoch + " and all that was written");
    }
}
