package io.ringmirror.replica.store;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a position file says.
 *
 * @param replicaId the replica the directory holds
 * @param role what its server was for the mirror last: only a source takes that role again by itself
 * @param reignEpoch the last epoch that its server may have sealed as a source, 0 if none: it is not sure where those
 *     seals stand first, as one that was sent again stands twice
 * @param use whether a server has the directory open
 * @param position up to which the images are flushed
 * @param dirtyTo present if a flush past the position was begun and not finished: the images are only readable again
 *     once the position reached it
 * @param flushes flushes of this replica since it was made
 * @param trails what the replica knows of the ring, by log number
 */
public record Checkpoint(
        UUID replicaId,
        Role role,
        long reignEpoch,
        Use use,
        Position position,
        Optional<DirtyTo> dirtyTo,
        long flushes,
        List<EpochTrail> trails) {
    public Checkpoint {
        Objects.requireNonNull(replicaId, "replicaId");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(dirtyTo, "dirtyTo");
        if (flushes < 0 || reignEpoch < 0) {
            throw new IllegalArgumentException(
                    "flushes is " + flushes + ", reign.epoch " + reignEpoch + "; they must be at least 0");
        }
        trails = List.copyOf(trails);
        Set<Integer> logs = new HashSet<>();
        for (EpochTrail trail : trails) {
            if (!logs.add(trail.log())) {
                throw new IllegalArgumentException("log " + trail.log() + " has two trails");
            }
        }
    }

    /** What a new replica begins with. */
    static Checkpoint origin(UUID replicaId, Role role, Position origin) {
        return new Checkpoint(replicaId, role, 0, Use.CLOSED, origin, Optional.empty(), 0, List.of());
    }

    /** The server takes this role, or gives the other up, with the mirror in this epoch. */
    Checkpoint as(Role taken, long epoch) {
        long lastOwn = role == Role.SOURCE ? Math.max(reignEpoch, epoch) : reignEpoch;
        return new Checkpoint(replicaId, taken, lastOwn, use, position, dirtyTo, flushes, trails);
    }

    /** A server opens the directory, or closes it. */
    Checkpoint used(Use now) {
        return new Checkpoint(replicaId, role, reignEpoch, now, position, dirtyTo, flushes, trails);
    }

    /**
     * What a copy holds whose images were read between this and a later state of the replica: any part of what comes after
     * this position, up to the furthest that it had flushed or begun to flush.
     */
    Checkpoint copiedUntil(Checkpoint later) {
        Optional<DirtyTo> furthest = dirtyTo;
        if (position.isBefore(later.position)) {
            DirtyTo flushed = DirtyTo.of(position, later.position, later.trails);
            furthest = Optional.of(furthest.map(flushed::furthest).orElse(flushed));
        }
        if (later.dirtyTo.isPresent()) {
            DirtyTo begun = later.dirtyTo.get().behind(DirtyTo.of(position, later.position, later.trails));
            furthest = Optional.of(furthest.map(begun::furthest).orElse(begun));
        }
        return new Checkpoint(replicaId, role, reignEpoch, use, position, furthest, flushes, trails);
    }

    /** A copy of this replica goes on as another one: a destination, whatever this one was. */
    Checkpoint adoptedAs(UUID other) {
        Checkpoint destination = as(Role.DESTINATION, position.epoch().number());
        return new Checkpoint(
                other, Role.DESTINATION, destination.reignEpoch(), Use.CLOSED, position, dirtyTo, flushes, trails);
    }

    /** A flush to {@code to} begins. */
    Checkpoint dirty(DirtyTo to) {
        DirtyTo furthest = dirtyTo.map(to::furthest).orElse(to);
        return new Checkpoint(replicaId, role, reignEpoch, use, position, Optional.of(furthest), flushes, trails);
    }

    /** A flush to {@code flushed} is done. One that stops short of an earlier flush's goal leaves the images dirty. */
    Checkpoint advanced(Position flushed, List<EpochTrail> known) {
        Optional<DirtyTo> stillDirty = dirtyTo.filter(to -> !to.isReachedBy(flushed));
        return new Checkpoint(replicaId, role, reignEpoch, use, flushed, stillDirty, flushes + 1, known);
    }
}
