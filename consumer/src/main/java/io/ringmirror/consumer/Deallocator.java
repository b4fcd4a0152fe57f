package io.ringmirror.consumer;

import io.ringmirror.replica.Replica;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.ReleaseRule;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives released logs back: deletes an epoch's records once this server's own replica has flushed it, the tracker says
 * that every replica has and that their digests agree, and its retention has passed. Never deletes past the end of a
 * released epoch (invariant I4); deleting again is harmless. Epochs that this server sealed itself, while it was the
 * source, are given back by others, or with the next epoch of their log: it does not know where others read on behind
 * them. The owner's thread only.
 */
final class Deallocator {
    private static final long RETRY_PAUSE_NS = 1_000_000_000;
    private static final Logger LOG = LoggerFactory.getLogger(Deallocator.class);

    private final Replica replica;
    private final LogEraser eraser;
    private final long retentionNs;
    private final NavigableMap<Long, Epoch> flushed = new TreeMap<>();
    private long newestFlushed;
    private Optional<MirrorStatus> status = Optional.empty();
    private Definition definition;

    Deallocator(Replica replica, LogEraser eraser) {
        this.replica = replica;
        this.definition = replica.definition();
        this.eraser = eraser;
        this.newestFlushed = replica.reignEpoch();
        this.retentionNs = TimeUnit.MILLISECONDS.toNanos(replica.definition().retentionMs());
    }

    /** An epoch that this replica has flushed and whose records are, as far as is known here, still in Kafka. */
    private static final class Epoch {
        private final long number;
        private final int log;
        private final EpochTrail.Seal seal;
        private OptionalLong releasedNs = OptionalLong.empty();
        private OptionalLong triedNs = OptionalLong.empty();
        private CompletableFuture<Void> deletion;

        Epoch(EpochTrail trail, EpochTrail.Seal seal) {
            this.number = trail.epoch();
            this.log = trail.log();
            this.seal = seal;
        }

        Fact deallocated() {
            return new Fact.Deallocated(log, number, seal.endOffset(), seal.records());
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

    /** Another set of replicas decides from now on; a status that reckons with an older one counts for nothing. */
    void redefined(Definition newer) {
        definition = newer;
    }

    /** Takes the tracker's last word on what is released; one on another mirror of the same name is passed over. */
    void status(MirrorStatus word) {
        if (word.mirrorId().equals(replica.definition().mirrorId())) {
            status = Optional.of(word);
        }
    }

    /** Begins deletions that are due, and tells of those that have ended. */
    List<Fact> step(long nowNs) {
        List<Fact> facts = new ArrayList<>();
        Iterator<Epoch> epochs = flushed.values().iterator();
        while (epochs.hasNext()) {
            Epoch epoch = epochs.next();
            if (epoch.deletion == null) {
                status.ifPresent(word -> deleteWhenDue(epoch, word, nowNs));
            } else if (epoch.deletion.isDone() && succeeded(epoch)) {
                facts.add(epoch.deallocated());
                epochs.remove();
            }
        }
        return facts;
    }

    /** The tracker's word starts the retention; before the records go, the rule it followed is asked once more. */
    private void deleteWhenDue(Epoch epoch, MirrorStatus word, long nowNs) {
        if (epoch.releasedNs.isEmpty() && epoch.number <= word.releasedEpoch()) {
            epoch.releasedNs = OptionalLong.of(nowNs);
        }
        if (!hasPassed(epoch.releasedNs, retentionNs, nowNs)) {
            return;
        }
        if (epoch.triedNs.isPresent() && !hasPassed(epoch.triedNs, RETRY_PAUSE_NS, nowNs)) {
            return;
        }
        epoch.triedNs = OptionalLong.of(nowNs);
        Optional<String> reason = ReleaseRule.reasonToKeep(definition, word, epoch.number);
        if (reason.isEmpty()) {
            epoch.deletion = eraser.deleteBefore(epoch.log, epoch.seal.endOffset());
        }
    }

    private static boolean hasPassed(OptionalLong sinceNs, long ns, long nowNs) {
        return sinceNs.isPresent() && nowNs - sinceNs.getAsLong() >= ns;
    }

    /** A deletion that failed is tried again a second after it was begun. */
    private boolean succeeded(Epoch epoch) {
        try {
            epoch.deletion.join();
            return true;
        } catch (CompletionException | CancellationException e) {
            LOG.warn(
                    "mirror={} log={} epoch={} could not be deallocated, it is tried again: {}",
                    replica.definition().mirror(),
                    epoch.log,
                    epoch.number,
                    (e.getCause() == null ? e : e.getCause()).getMessage());
            epoch.deletion = null;
            return false;
        }
    }
}
