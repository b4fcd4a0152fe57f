package io.ringmirror.streams;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Fact.Deallocated;
import io.ringmirror.schemas.MirrorStatus.Log;
import io.ringmirror.schemas.MirrorStatus.LogState;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The logs of a mirror that were ever used, by number: the union of what its servers say of them. Immutable. In each
 * log the highest epoch counts, as a log is opened again only after what it held was released.
 */
record Ring(List<Log> logs, long newestSequence) {

    static Ring of(List<Log> known) {
        return new Ring(known, sequences(known.stream().map(Log::trail)).max().orElse(0));
    }

    /** With all that the replicas know of the ring. */
    Ring with(List<ReplicaStatus> replicas) {
        List<EpochTrail> said = replicas.stream()
                .flatMap(replica -> replica.state().trails().stream())
                .toList();
        Map<Integer, Log> merged = new TreeMap<>();
        logs.forEach(log -> merged.put(log.trail().log(), log));
        said.forEach(trail -> merged.merge(trail.log(), new Log(trail, LogState.OPEN, 0), Ring::latest));
        long applied = replicas.stream()
                .mapToLong(replica -> replica.state().appliedSequence())
                .max()
                .orElse(0);
        return new Ring(
                List.copyOf(merged.values()),
                LongStream.concat(LongStream.of(newestSequence, applied), sequences(said.stream()))
                        .max()
                        .orElseThrow());
    }

    /** With each log's state, given what is released. */
    Ring released(long releasedEpoch) {
        return map(log -> new Log(log.trail(), state(log.trail(), releasedEpoch), log.deallocatedEpoch()));
    }

    /** With all that was said of epochs beyond this one forgotten, seals too, for these replicas to tell again. */
    Ring toldAgainBeyond(long releasedEpoch, List<ReplicaStatus> replicas) {
        List<Log> kept = logs.stream()
                .flatMap(log -> log.trail().epoch() <= releasedEpoch
                        ? Stream.of(log)
                        : lastTold(log.trail().log(), replicas)
                                .map(trail -> new Log(unsealed(trail), log.state(), log.deallocatedEpoch()))
                                .stream())
                .toList();
        return new Ring(kept, newestSequence);
    }

    /** Whether this deletion was not heard of before; each is told by every server that ordered it. */
    boolean isNews(Deallocated gone) {
        return logs.stream()
                .anyMatch(log -> log.trail().log() == gone.log()
                        && gone.epoch() <= log.trail().epoch()
                        && gone.epoch() > log.deallocatedEpoch());
    }

    /** With the deletion noted. */
    Ring without(Deallocated gone) {
        return map(log -> log.trail().log() == gone.log() ? new Log(log.trail(), log.state(), gone.epoch()) : log);
    }

    /** The epoch being written, or 0. */
    long openEpoch() {
        return newest().filter(trail -> trail.seal().isEmpty())
                .map(EpochTrail::epoch)
                .orElse(0L);
    }

    /** The last epoch whose seal was heard of, or 0. */
    long sealedEpoch() {
        return logs.stream()
                .filter(log -> log.trail().seal().isPresent())
                .mapToLong(log -> log.trail().epoch())
                .max()
                .orElse(0);
    }

    /** Logs that hold epochs not released, and the one named by the last seal where nothing is open yet. */
    long needed(long releasedEpoch) {
        long held =
                logs.stream().filter(log -> log.trail().epoch() > releasedEpoch).count();
        return openEpoch() == 0 && !logs.isEmpty() ? held + 1 : held;
    }

    private static Optional<EpochTrail> lastTold(int log, List<ReplicaStatus> replicas) {
        return replicas.stream()
                .flatMap(replica -> replica.state().trails().stream())
                .filter(trail -> trail.log() == log)
                .max(Comparator.comparingLong(EpochTrail::epoch));
    }

    private Optional<EpochTrail> newest() {
        return logs.stream().map(Log::trail).reduce((a, b) -> b.epoch() > a.epoch() ? b : a);
    }

    private Ring map(UnaryOperator<Log> change) {
        return new Ring(logs.stream().map(change).toList(), newestSequence);
    }

    private static Log latest(Log known, Log said) {
        return tellsMore(said.trail(), known.trail())
                ? new Log(said.trail(), known.state(), known.deallocatedEpoch())
                : known;
    }

    /** A seal tells more than none; of two seals of one epoch the first heard stays. */
    private static boolean tellsMore(EpochTrail said, EpochTrail known) {
        return said.epoch() != known.epoch()
                ? said.epoch() > known.epoch()
                : said.seal().isPresent() && known.seal().isEmpty();
    }

    private static LogState state(EpochTrail trail, long releasedEpoch) {
        if (trail.epoch() <= releasedEpoch) {
            return LogState.RELEASED;
        }
        return trail.seal().isPresent() ? LogState.SEALED : LogState.OPEN;
    }

    private static EpochTrail unsealed(EpochTrail trail) {
        return new EpochTrail(trail.log(), trail.epoch(), trail.firstOffset(), Optional.empty());
    }

    private static LongStream sequences(Stream<EpochTrail> trails) {
        return trails.flatMap(trail -> trail.seal().stream()).mapToLong(EpochTrail.Seal::sequence);
    }
}
