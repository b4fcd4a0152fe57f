package io.ringmirror.replica;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.ReleaseRule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives released logs back: deletes an epoch's records once this server's own replica has flushed it, the tracker says
 * that every replica has and that their digests agree, and its retention has passed. Never deletes past the end of a
 * released epoch (invariant I4); deleting again is harmless. Epochs that this server sealed itself, while it was the
 * source, are given back by others, or with the next epoch of their log: it does not know where others read on behind
 * them.
 *
 * <p>One deletion is under way at a time, as all mirrors of a server share the threads for them; it goes up to the last
 * epoch of its log that is due. A step costs nothing while none is due, however many are kept for their retention. The
 * owner's thread only.
 */
public final class Deallocator {
    private static final long PAUSE_NS = 1_000_000_000;
    private static final ExponentialBackoff PAUSES_MS = new ExponentialBackoff(1_000, 2, 60_000, 0);
    private static final Logger LOG = LoggerFactory.getLogger(Deallocator.class);

    private final Replica replica;
    private final LogEraser eraser;
    private final long retentionNs;
    /** What this replica has flushed and is not released, in the order of epochs; as many as the ring has logs at most. */
    private final Queue<EpochTrail> flushed = new ArrayDeque<>();
    /** What is released and, as far as is known here, still in Kafka, in the order of epochs. */
    private final Queue<Released> released = new ArrayDeque<>();
    /** How often and when a deletion was last seen to have failed, by log, until one there succeeds. */
    private final Map<Integer, Failed> failed = new HashMap<>();

    /** Why nothing can be deleted; empty once something was. */
    private String refusal = "";

    private Optional<Deletion> underWay = Optional.empty();
    private OptionalLong refusedNs = OptionalLong.empty();
    private long newestFlushed;
    private Optional<MirrorStatus> status = Optional.empty();
    private Definition definition;

    public Deallocator(Replica replica, LogEraser eraser) {
        this(replica, eraser, replica.reignEpoch());
    }

    /** One that gives back what this server sealed itself, too: for when it has the only replica. */
    static Deallocator ofAll(Replica replica, LogEraser eraser) {
        return new Deallocator(replica, eraser, 0);
    }

    private Deallocator(Replica replica, LogEraser eraser, long lastLeftToOthers) {
        this.replica = replica;
        this.definition = replica.definition();
        this.eraser = eraser;
        this.newestFlushed = lastLeftToOthers;
        this.retentionNs = TimeUnit.MILLISECONDS.toNanos(replica.definition().retentionMs());
    }

    /** An epoch, by what is stated once it is deleted, and when it was first seen to be released. */
    private record Released(Fact.Deallocated gone, long sinceNs) {}

    /** A deletion of all epochs of a log up to the last one. */
    private record Deletion(Fact.Deallocated last, long generation, CompletableFuture<Void> end) {}

    private record Failed(int times, long sinceNs) {
        boolean isLeftAlone(long nowNs) {
            return nowNs - sinceNs < TimeUnit.MILLISECONDS.toNanos(PAUSES_MS.backoff(times - 1L));
        }
    }

    /** Remembers what this replica has flushed; a log is not opened again before that, so no epoch is missed. */
    public void flushed(List<EpochTrail> trails) {
        long upTo = replica.flushed().epoch().lastSealed();
        long before = newestFlushed;
        List<EpochTrail> news = trails.stream()
                .filter(trail -> trail.epoch() > before && trail.epoch() <= upTo)
                .sorted(Comparator.comparingLong(EpochTrail::epoch))
                .toList();
        for (EpochTrail trail : news) {
            newestFlushed = trail.epoch();
            if (trail.seal().isPresent()) {
                flushed.add(trail);
            }
        }
    }

    /** Another set of replicas decides from now on; a status that reckons with an older one counts for nothing. */
    public void redefined(Definition newer) {
        definition = newer;
    }

    /** The generation that whatever is being deleted, and will be, was judged by. */
    public long generation() {
        return underWay.map(Deletion::generation).orElse(definition.generation());
    }

    /** Why nothing can be deleted, in one line; empty if that is not so. */
    public String refusal() {
        return refusal;
    }

    /** Takes the tracker's last word on what is released; one on another mirror of the same name is passed over. */
    public void status(MirrorStatus word) {
        if (word.mirrorId().equals(replica.definition().mirrorId())) {
            status = Optional.of(word);
        }
    }

    /** Tells of the deletion that has ended, and begins one that is due. */
    public List<Fact> step(long nowNs) {
        List<Fact> facts = finish(nowNs);
        status.ifPresent(word -> {
            startRetention(word, nowNs);
            if (underWay.isEmpty()) {
                begin(word, nowNs);
            }
        });
        return facts;
    }

    /** Tells of the deletion that has ended, and begins no other. */
    List<Fact> finish(long nowNs) {
        if (underWay.isEmpty() || !underWay.get().end().isDone()) {
            return List.of();
        }
        Deletion ended = underWay.get();
        underWay = Optional.empty();
        if (!succeeded(ended)) {
            failed.merge(
                    ended.last().log(), new Failed(1, nowNs), (before, now) -> new Failed(before.times() + 1, nowNs));
            return List.of();
        }
        failed.remove(ended.last().log());
        return forget(ended.last());
    }

    private boolean succeeded(Deletion ended) {
        try {
            ended.end().join();
            if (!refusal.isEmpty()) {
                LOG.info(
                        "mirror={} logs are given back again",
                        replica.definition().mirror());
                refusal = "";
            }
            return true;
        } catch (CompletionException | CancellationException e) {
            tell(ended.last(), String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()));
            return false;
        }
    }

    /** Once for each reason: what is tried again fails the same way for as long as nobody mends it. */
    private void tell(Fact.Deallocated last, String reason) {
        if (!reason.equals(refusal)) {
            LOG.warn(
                    "mirror={} log={} epoch={} cannot be given back, it is tried again: {}",
                    replica.definition().mirror(),
                    last.log(),
                    last.epoch(),
                    reason);
        }
        refusal = reason;
    }

    /** Each epoch of the log is told, in order, as its records are counted by whoever hears of it. */
    private List<Fact> forget(Fact.Deallocated last) {
        List<Fact> facts = new ArrayList<>();
        Iterator<Released> epochs = released.iterator();
        while (epochs.hasNext()) {
            Fact.Deallocated gone = epochs.next().gone();
            if (gone.epoch() > last.epoch()) {
                break;
            }
            if (gone.log() == last.log()) {
                facts.add(gone);
                epochs.remove();
            }
        }
        return facts;
    }

    /** The tracker's word starts the retention. */
    private void startRetention(MirrorStatus word, long nowNs) {
        while (!flushed.isEmpty() && flushed.element().epoch() <= word.releasedEpoch()) {
            EpochTrail trail = flushed.remove();
            EpochTrail.Seal seal = trail.seal().orElseThrow();
            released.add(new Released(
                    new Fact.Deallocated(trail.log(), trail.epoch(), seal.endOffset(), seal.records()), nowNs));
        }
    }

    /** Before records go, the rule that the tracker followed is asked once more; a no holds for a second. */
    private void begin(MirrorStatus word, long nowNs) {
        if (refusedNs.isPresent() && nowNs - refusedNs.getAsLong() < PAUSE_NS) {
            return;
        }
        refusedNs = OptionalLong.empty();
        Optional<Fact.Deallocated> due = lastDue(word, nowNs);
        if (due.isEmpty()) {
            return;
        }
        Fact.Deallocated last = due.get();
        if (ReleaseRule.reasonToKeep(definition, word, last.epoch()).isPresent()) {
            refusedNs = OptionalLong.of(nowNs);
        } else {
            underWay = Optional.of(
                    new Deletion(last, definition.generation(), eraser.deleteBefore(last.log(), last.beforeOffset())));
        }
    }

    /** The last epoch that is due in the first log that has such and is not left alone after a failure. */
    private Optional<Fact.Deallocated> lastDue(MirrorStatus word, long nowNs) {
        Optional<Fact.Deallocated> last = Optional.empty();
        for (Released epoch : released) {
            Fact.Deallocated gone = epoch.gone();
            if (gone.epoch() > word.releasedEpoch() || nowNs - epoch.sinceNs() < retentionNs) {
                break;
            }
            boolean chosen = last.isPresent() ? last.get().log() == gone.log() : !isLeftAlone(gone.log(), nowNs);
            if (chosen) {
                last = Optional.of(gone);
            }
        }
        return last;
    }

    private boolean isLeftAlone(int log, long nowNs) {
        return failed.containsKey(log) && failed.get(log).isLeftAlone(nowNs);
    }
}
