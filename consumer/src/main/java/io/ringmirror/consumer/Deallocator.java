package io.ringmirror.consumer;

import io.ringmirror.replica.Replica;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.ReleaseRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives released logs back: deletes an epoch's records once this server's own replica has flushed it, the tracker says
 * that every replica has and that their digests agree, and its retention has passed. Never deletes past the end of a
 * released epoch (invariant I4); deleting again is harmless. The owner's thread only.
 */
final class Deallocator {
    private static final long RETRY_PAUSE_NS = 1_000_000_000;
    private static final Logger LOG = LoggerFactory.getLogger(Deallocator.class);

    private final Replica replica;
    private final LogEraser eraser;
    private final long retentionNs;
    private final NavigableMap<Long, Epoch> flushed = new TreeMap<>();
    private long newestFlushed;
    private Optional<MirrorStatus> announced = Optional.empty();

    Deallocator(Replica replica, LogEraser eraser) {
        this.replica = replica;
        this.eraser = eraser;
        this.retentionNs = replica.definition().retentionMs() * 1_000_000;
    }

    /** An epoch that this replica has flushed and whose records are, as far as is known here, still in Kafka. */
    private static final class Epoch {
        private final long number;
        private final int log;
        private final EpochTrail.Seal seal;
        private long releasedNs;
        private boolean isReleased;
        private CompletableFuture<Void> deletion;

        Epoch(EpochTrail trail, EpochTrail.Seal seal) {
            this.number = trail.epoch();
            this.log = trail.log();
            this.seal = seal;
        }
    }

    /** Remembers what this replica has flushed; a log is not opened again before that, so no epoch is missed. */
    void flushed(List<EpochTrail> trails) {
        long upTo = replica.flushed().epoch().lastSealed();
        long before = newestFlushed;
        for (EpochTrail trail : trails) {
            if (trail.epoch() > before && trail.epoch() <= upTo) {
                trail.seal().ifPresent(seal -> flushed.put(trail.epoch(), new Epoch(trail, seal)));
                newestFlushed = Math.max(newestFlushed, trail.epoch());
            }
        }
    }

    /** Takes the tracker's word for what is released; each deletion checks it again. */
    void status(MirrorStatus status) {
        announced = Optional.of(status);
    }

    /** Begins deletions that are due, and tells of those that have ended. */
    List<Fact> step(long nowNs) {
        List<Fact> facts = new ArrayList<>();
        Iterator<Epoch> epochs = released().iterator();
        while (epochs.hasNext()) {
            Epoch epoch = epochs.next();
            if (!epoch.isReleased) {
                epoch.isReleased = true;
                epoch.releasedNs = nowNs;
            }
            if (epoch.deletion == null && nowNs - epoch.releasedNs >= retentionNs) {
                epoch.deletion = eraser.deleteBefore(epoch.log, epoch.seal.endOffset());
            } else if (epoch.deletion != null && epoch.deletion.isDone() && succeeded(epoch, nowNs)) {
                facts.add(new Fact.Deallocated(epoch.log, epoch.number, epoch.seal.endOffset(), epoch.seal.records()));
                epochs.remove();
            }
        }
        return facts;
    }

    /** The epochs that may go: what the tracker says, checked by the rule that it decided by. */
    private Collection<Epoch> released() {
        if (announced.isEmpty()) {
            return List.of();
        }
        MirrorStatus status = announced.get();
        NavigableMap<Long, Epoch> candidates = flushed.headMap(status.releasedEpoch(), true);
        boolean keep = !candidates.isEmpty()
                && ReleaseRule.reasonToKeep(replica.definition(), status, candidates.lastKey())
                        .isPresent();
        return keep ? List.of() : candidates.values();
    }

    /** A deletion that failed is tried again a second and another retention later. */
    private boolean succeeded(Epoch epoch, long nowNs) {
        try {
            epoch.deletion.join();
            return true;
        } catch (CompletionException e) {
            LOG.warn(
                    "mirror={} log={} epoch={} could not be deallocated, it is tried again: {}",
                    replica.definition().mirror(),
                    epoch.log,
                    epoch.number,
                    e.getCause().getMessage());
            epoch.deletion = null;
            epoch.releasedNs = nowNs + RETRY_PAUSE_NS;
            return false;
        }
    }
}
