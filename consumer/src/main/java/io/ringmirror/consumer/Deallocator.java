package io.ringmirror.consumer;

import io.ringmirror.replica.Replica;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.MirrorStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives released logs back: deletes an epoch's records once the tracker says that every replica has flushed it, this
 * server's own replica has, both hold the same seal for it, and its retention has passed. Never deletes past the epoch's
 * end (invariant I4). Deleting is repeated harmlessly; a failure is tried again with the next status. The owner's thread
 * only.
 */
final class Deallocator {
    private static final Logger LOG = LoggerFactory.getLogger(Deallocator.class);

    private final Replica replica;
    private final LogEraser eraser;
    private final long retentionNs;
    private final Map<Integer, Epoch> epochs = new HashMap<>();

    Deallocator(Replica replica, LogEraser eraser) {
        this.replica = replica;
        this.eraser = eraser;
        this.retentionNs = replica.definition().retentionMs() * 1_000_000;
    }

    /**
     * The epoch that a log held when it was released, and how far its deletion is; settled until a status that does not
     * know of the deletion asks for it again.
     */
    private static final class Epoch {
        private final long number;
        private final EpochTrail.Seal seal;
        private final long releasedNs;
        private CompletableFuture<Void> deletion;
        private boolean settled;

        Epoch(long number, EpochTrail.Seal seal, long releasedNs) {
            this.number = number;
            this.seal = seal;
            this.releasedNs = releasedNs;
        }
    }

    /** Takes the tracker's word for what is released, as far as it agrees with what this replica holds. */
    void status(MirrorStatus status, long nowNs) {
        Definition definition = replica.definition();
        if (!status.mirrorId().equals(definition.mirrorId())) {
            return;
        }
        long released =
                Math.min(status.releasedEpoch(), replica.flushed().epoch().lastSealed());
        for (MirrorStatus.Log log : status.logs()) {
            if (log.trail().epoch() <= released && !log.deallocated()) {
                ownSeal(log.trail()).ifPresent(seal -> remember(log.trail(), seal, nowNs));
            }
        }
    }

    /** Begins deletions that are due, and tells of those that have ended. */
    List<Fact> step(long nowNs) {
        List<Fact> facts = new ArrayList<>();
        epochs.forEach((log, epoch) -> {
            if (epoch.deletion == null && !epoch.settled && nowNs - epoch.releasedNs >= retentionNs) {
                epoch.deletion = eraser.deleteBefore(log, epoch.seal.endOffset());
            } else if (epoch.deletion != null && epoch.deletion.isDone()) {
                ended(log, epoch).ifPresent(facts::add);
            }
        });
        return facts;
    }

    private Optional<EpochTrail.Seal> ownSeal(EpochTrail theirs) {
        return replica.chain()
                .trail(theirs.log())
                .filter(own -> own.epoch() == theirs.epoch())
                .flatMap(EpochTrail::seal)
                .filter(own -> theirs.seal().filter(seal -> sameEnd(own, seal)).isPresent());
    }

    /** Where an EpochEnd was sent twice, its offset may differ between a source and a destination; its content may not. */
    private static boolean sameEnd(EpochTrail.Seal own, EpochTrail.Seal theirs) {
        return own.sequence() == theirs.sequence() && own.digest() == theirs.digest();
    }

    private void remember(EpochTrail trail, EpochTrail.Seal seal, long nowNs) {
        Epoch known = epochs.get(trail.log());
        if (known == null || known.number < trail.epoch()) {
            epochs.put(trail.log(), new Epoch(trail.epoch(), seal, nowNs));
        } else if (known.number == trail.epoch()) {
            known.settled = false;
        }
    }

    private Optional<Fact> ended(int log, Epoch epoch) {
        CompletableFuture<Void> deletion = epoch.deletion;
        epoch.deletion = null;
        epoch.settled = true;
        try {
            deletion.join();
            return Optional.of(new Fact.Deallocated(log, epoch.number, epoch.seal.endOffset(), epoch.seal.records()));
        } catch (CompletionException e) {
            LOG.warn(
                    "mirror={} log={} epoch={} could not be deallocated, it is tried again: {}",
                    replica.definition().mirror(),
                    log,
                    epoch.number,
                    e.getCause().getMessage());
            return Optional.empty();
        }
    }
}
