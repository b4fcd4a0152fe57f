package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact.Deallocated;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.ReleaseRule.Decision;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tracker's rule: the next status of a mirror from its status before and one more event or definition. Pure and
 * without state, so any thread may call it and a rebuilt tracker comes to the same answers. Events may be repeated, may
 * be late and may be missing; whatever comes, no epoch is released that a registered replica has not said it flushed.
 */
public final class MirrorFold {
    private MirrorFold() {}

    /** Why an event counts for nothing under this definition, in one line; empty if it counts. */
    public static Optional<String> refusal(Definition definition, Event event) {
        if (!definition.mirror().equals(event.mirror())
                || !definition.mirrorId().equals(event.mirrorId())) {
            return Optional.of("it is about mirror '" + event.mirror() + "' with id " + event.mirrorId()
                    + ", the defined one has id " + definition.mirrorId());
        }
        Definition.Replica sender = new Definition.Replica(event.server(), event.replicaId());
        if (!definition.replicas().contains(sender)) {
            return Optional.of(
                    "replica " + event.replicaId() + " of server '" + event.server() + "' is not registered");
        }
        return Optional.empty();
    }

    /**
     * The status after an event; one that {@link #refusal} names changes nothing.
     *
     * @param eventTimeMs when the event came into the log, by the log's clock, milliseconds since the epoch
     */
    public static MirrorStatus next(
            Definition definition, Optional<MirrorStatus> before, Event event, long eventTimeMs) {
        MirrorStatus known = redefined(definition, before);
        if (refusal(definition, event).isPresent()) {
            return known;
        }
        List<ReplicaStatus> replicas = known.replicas().stream()
                .map(replica -> replica.replicaId().equals(event.replicaId())
                        ? Replicas.heard(replica, event, eventTimeMs)
                        : replica)
                .toList();
        return settled(
                definition,
                known,
                Math.max(known.term(), event.term()),
                replicas,
                deallocation(event),
                Math.max(known.toldMs(), eventTimeMs));
    }

    /**
     * The status after a definition. One with another id begins anew. Where a replica was removed, the others are
     * judged anew: removing the wrong one of two that disagree is the way out of a divergence.
     */
    public static MirrorStatus redefined(Definition definition, Optional<MirrorStatus> before) {
        MirrorStatus known = before.filter(status -> status.mirrorId().equals(definition.mirrorId()))
                .orElseGet(() -> Blank.status(definition));
        List<ReplicaStatus> replicas = Replicas.registered(definition, known.replicas());
        if (someoneLeft(definition, known)) {
            known = Blank.withoutDivergence(known, replicas);
        }
        return settled(definition, known, known.term(), replicas, Optional.empty(), known.toldMs());
    }

    /** The same at a time by the log's clock, milliseconds since the epoch. */
    static MirrorStatus redefined(Definition definition, Optional<MirrorStatus> before, long nowMs) {
        return later(definition, redefined(definition, before), nowMs);
    }

    /**
     * The status when nothing was heard until a later time: who is silent is told then, and ages have grown.
     *
     * @param nowMs by the log's clock, milliseconds since the epoch
     */
    public static MirrorStatus later(Definition definition, MirrorStatus known, long nowMs) {
        return settled(
                definition, known, known.term(), known.replicas(), Optional.empty(), Math.max(known.toldMs(), nowMs));
    }

    private static boolean someoneLeft(Definition definition, MirrorStatus known) {
        Set<?> registered = definition.replicas().stream()
                .map(Definition.Replica::replicaId)
                .collect(Collectors.toSet());
        return !known.replicas().stream().map(ReplicaStatus::replicaId).allMatch(registered::contains);
    }

    private static Optional<Deallocated> deallocation(Event event) {
        return event.fact() instanceof Deallocated gone ? Optional.of(gone) : Optional.empty();
    }

    private static MirrorStatus settled(
            Definition definition,
            MirrorStatus known,
            long term,
            List<ReplicaStatus> replicas,
            Optional<Deallocated> deallocation,
            long nowMs) {
        Ring heard = Ring.of(known.logs()).with(replicas);
        long sealedEpoch =
                Math.max(known.sealedEpoch(), Math.max(heard.sealedEpoch(), Replicas.flushedEpoch(replicas)));
        Optional<Divergence> divergence = Divergence.known(known).or(() -> Divergence.among(replicas, known.logs()));
        Decision release = Release.decided(definition, replicas, divergence, known.releasedEpoch());
        long releasedEpoch = release.releasedEpoch();
        Ring ring = heard.released(releasedEpoch);
        Optional<Deallocated> counted = deallocation.filter(gone -> ring.isNews(gone) && gone.epoch() <= releasedEpoch);
        List<ReplicaStatus> worstFirst =
                new Reckoning(sealedEpoch, heard.newestSequence(), definition.createdMs(), nowMs).of(replicas);
        Optional<String> bound = RingBound.reached(definition.ring(), ring.logs(), releasedEpoch, worstFirst);
        Ruling ruling = Ruling.on(worstFirst, sealedEpoch, nowMs, divergence, release.reasonHeld(), bound);
        return new MirrorStatus(
                definition.mirror(),
                definition.mirrorId(),
                definition.generation(),
                term,
                ring.openEpoch(),
                sealedEpoch,
                releasedEpoch,
                divergence.map(Divergence::epoch).orElse(0L),
                Math.max(known.requiredLogs(), ring.needed(releasedEpoch)),
                known.deallocatedRecords() + counted.map(Deallocated::records).orElse(0L),
                bound.orElse(""),
                counted.map(ring::without).orElse(ring).logs(),
                worstFirst,
                ruling.verdict(),
                ruling.reason(),
                nowMs);
    }
}
