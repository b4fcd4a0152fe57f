package io.ringmirror.replica;

import io.ringmirror.replica.store.Checkpoint;
import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.ReplicaStore;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.volume.Reason;
import io.ringmirror.volume.VolumeImage;
import io.ringmirror.volume.WriteCache;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's copy of a mirror while it is open: the store, the chain from its position on, the cache in front
 * of its images and the flushes between them. All of it belongs to one owner thread; what may be used from others says
 * so itself.
 */
public final class Replica implements AutoCloseable {
    /** Slack so that one request of half the cache fits whatever its offset. */
    private static final long CACHE_SLACK_BYTES = 4L * 4096;

    /** Whoever changes the role waits for the flush under way; a disk that takes longer than this may well hang. */
    private static final Duration LONGEST_FLUSH = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private final Definition definition;
    private final ReplicaStore store;
    private final Chain chain;
    private final VolumeTable volumes;
    private final WriteCache cache;
    private final FlushCycle flushes;
    private Position flushed;
    /** Log time of the oldest record in the half that is being flushed, 0 if there is none. */
    private long flushingSinceMs;

    private volatile Position shown;

    /**
     * Goes on from what the store says.
     *
     * @param store open, and nobody else's; closed with this
     * @param cacheBytes off-heap memory of the cache, both halves together
     * @param executor runs flushes
     * @param wake called when a flush ended
     */
    public Replica(Definition definition, ReplicaStore store, long cacheBytes, Executor executor, Runnable wake) {
        Checkpoint checkpoint = store.checkpoint();
        this.definition = definition;
        this.store = store;
        this.flushed = checkpoint.position();
        this.shown = flushed;
        this.chain = new Chain(checkpoint.position(), checkpoint.trails(), checkpoint.dirtyTo());
        this.volumes = new VolumeTable(definition.volumes());
        this.cache = new WriteCache(
                cacheBytes + CACHE_SLACK_BYTES, definition.volumes().size());
        this.flushes = new FlushCycle(definition.mirror(), cache, store.images(), store, executor, wake);
    }

    public Definition definition() {
        return definition;
    }

    public UUID replicaId() {
        return store.checkpoint().replicaId();
    }

    public Chain chain() {
        return chain;
    }

    public VolumeTable volumes() {
        return volumes;
    }

    public WriteCache cache() {
        return cache;
    }

    public FlushCycle flushes() {
        return flushes;
    }

    /** The images, by volume index; reading them is allowed from any thread. */
    public List<VolumeImage> images() {
        return store.images();
    }

    /** Up to where the replica is flushed. */
    public Position flushed() {
        return flushed;
    }

    /**
     * False while an interrupted flush has not been followed past: the images are a mixture then, and nobody is to be
     * shown them. Once the chain is past it the cache holds all that differs, and reads through it are right.
     */
    public boolean readable() {
        return store.checkpoint()
                .dirtyTo()
                .map(to -> to.isReachedBy(chain.position()))
                .orElse(true);
    }

    /**
     * For whoever has followed the ring to its end. Only what is in the log is flushed: a flush that was going further
     * shows that the log has lost records.
     *
     * @throws ChainException DIVERGED if it is not readable there
     */
    public void requireReadableAtEnd() {
        if (!readable()) {
            throw new ChainException(
                    ChainException.Kind.DIVERGED,
                    "a flush of mirror " + definition.mirror() + " was interrupted beyond the end of its ring, epoch "
                            + chain.epoch() + ", sequence " + chain.sequence()
                            + ": the cluster lost acknowledged records, and the images here are a mixture."
                            + " Restore the records, or make a full copy");
        }
    }

    /** What this server was for the mirror last, by the store. */
    public Role role() {
        return store.checkpoint().role();
    }

    /** Whether its server took the role from a source that may still answer reads, by the store. */
    public boolean owesLease() {
        return store.owesLease();
    }

    /** States that, or that it is over; on return this survives a crash. From any thread, one at a time. */
    public void oweLease(boolean owed) throws IOException {
        store.oweLease(owed);
    }

    /** The replica whose server has the role at a position: who wrote the last TermBegin, or the first source before one. */
    public UUID ownerAt(Position position) {
        return position.writer()
                .orElseGet(() ->
                        definition.replicaOf(definition.source()).orElseThrow().replicaId());
    }

    /**
     * Whether this server was the source last and, as far as it was at its last beat, nobody has taken the role since; from
     * any thread where the store's checkpoint is.
     */
    public boolean ownsLastTerm() {
        return role() == Role.SOURCE && ownerAt(shown).equals(replicaId());
    }

    /** Whether somebody else has begun a term since the last flush, so that this server is the source no more. */
    public boolean isDeposed() {
        return role() == Role.SOURCE
                && chain.term() > flushed.term()
                && !ownerAt(chain.position()).equals(replicaId());
    }

    /**
     * The last epoch that this server may have sealed as a source, 0 if none. Where its seal stands first is known to
     * those who followed it.
     */
    public long reignEpoch() {
        Checkpoint checkpoint = store.checkpoint();
        return checkpoint.role() == Role.SOURCE
                ? Math.max(checkpoint.reignEpoch(), chain.epoch())
                : checkpoint.reignEpoch();
    }

    /** Takes or gives up the role, for good: the store has it when this returns. Waits for a flush under way. */
    public void become(Role role) throws IOException {
        flushes.awaitQuiet();
        store.become(role, chain.epoch());
    }

    /** Freezes everything taken so far and begins to flush it; nothing may be frozen. */
    public void beginFlush() {
        flushes.freeze();
        startFlush();
    }

    /** Begins to flush what is frozen, which is everything that the chain has taken. */
    public void startFlush() {
        flushingSinceMs = chain.sinceMs();
        chain.countFromHere();
        flushes.start(chain.position(), chain.trails());
    }

    /** Ends the flush under way, if there is one, on this thread: for a server that is not serving yet. */
    public void finishFlush() throws IOException {
        flushes.finish().ifPresent(this::flushed);
    }

    /** Flushes everything taken so far, on this thread, for a server that is not serving yet. */
    public void flushNow() throws IOException {
        finishFlush();
        beginFlush();
        finishFlush();
    }

    /** A flush has ended well. */
    public void flushed(FlushCycle.Done done) {
        flushed = done.position();
        flushingSinceMs = 0;
    }

    /** Shows how far it is, and tells that it lives, or why it stands still: its disk fails, or a record is missing. */
    public Fact beat() {
        shown = chain.position();
        return flushes.failure()
                .map(why -> "its images cannot be written, which is tried again: " + why)
                .or(chain::hole)
                .<Fact>map(Fact.Stopped::new)
                .orElseGet(Fact.Beat::new);
    }

    /** Why nobody should serve from this replica now, in one line; empty if somebody could. */
    public Optional<String> unfit() {
        if (!readable()) {
            return Optional.of(
                    "its images are a mixture until it has followed the ring past the flush that was interrupted");
        }
        Duration trying = flushes.trying();
        if (trying.compareTo(LONGEST_FLUSH) > 0) {
            return Optional.of("its disk has been at one flush for " + trying.toSeconds() + " s");
        }
        return flushes.failure().map(why -> "its images cannot be written: " + why);
    }

    /** How far it was at the last beat; from any thread. */
    public Position shown() {
        return shown;
    }

    /**
     * How far the replica is, for the tracker.
     *
     * @param quietMs the longest time until it is told again
     */
    public ReplicaState state(Role role, long quietMs) {
        return new ReplicaState(
                role,
                flushed.epoch().lastSealed(),
                flushed.sequence(),
                flushed.timeMs(),
                store.checkpoint().flushes(),
                chain.epoch(),
                chain.sequence(),
                chain.timeMs(),
                cache.dirtyBytes() + cache.flushingBytes(),
                flushingSinceMs > 0 ? flushingSinceMs : chain.sinceMs(),
                quietMs,
                chain.trails());
    }

    /** Lets everything go; what was not flushed is in the log. */
    @Override
    public void close() {
        flushes.awaitQuiet();
        cache.close();
        try {
            store.close();
        } catch (IOException e) {
            LOG.warn("mirror={} while closing its replica: {}", definition.mirror(), Reason.of(e), e);
        }
    }
}
