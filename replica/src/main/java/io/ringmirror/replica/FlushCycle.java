package io.ringmirror.replica;

import io.ringmirror.replica.store.Checkpoints;
import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.ReplicaException;
import io.ringmirror.replica.store.ReplicaFlush;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.volume.FrozenCache;
import io.ringmirror.volume.Reason;
import io.ringmirror.volume.VolumeImage;
import io.ringmirror.volume.WriteCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flushes of one replica, one at a time: freeze a half of the cache, write it on another thread once its records are
 * in the log, drop it when it is durable. A flush that failed is tried again whole, after a pause, for as long as it
 * takes: the frozen half stays and reads see it. Owner's thread only; the executor runs the writing.
 */
public final class FlushCycle {
    private static final long RETRY_PAUSE_NS = Duration.ofSeconds(1).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(FlushCycle.class);

    private final String mirror;
    private final WriteCache cache;
    private final List<VolumeImage> images;
    private final Checkpoints checkpoints;
    private final Executor executor;
    private final Runnable wake;
    private FrozenCache frozen;
    private FlushTask running;
    private ReplicaFlush flush;
    private Optional<String> failure = Optional.empty();
    private long retryAtNs;

    /**
     * Owns the flushes of a cache.
     *
     * @param mirror its name, for logs
     * @param images what is written, by volume index
     * @param checkpoints where it is stated
     * @param executor runs one task at a time for this cycle; tasks block on the disk
     * @param wake called from the executor when a flush ended, to have {@link #poll} called
     */
    FlushCycle(
            String mirror,
            WriteCache cache,
            List<VolumeImage> images,
            Checkpoints checkpoints,
            Executor executor,
            Runnable wake) {
        this.mirror = mirror;
        this.cache = cache;
        this.images = images;
        this.checkpoints = checkpoints;
        this.executor = executor;
        this.wake = wake;
    }

    /**
     * A flush that is durable.
     *
     * @param position up to which the replica is flushed now
     * @param bytes what it wrote
     * @param durationMs how long that took
     */
    public record Done(Position position, long bytes, long durationMs) {}

    /** True if nothing is frozen: the next flush may begin. */
    public boolean idle() {
        return frozen == null;
    }

    /** Freezes what is in the cache now; it is written once {@link #start} says up to where that is. */
    public void freeze() {
        frozen = cache.freeze();
    }

    /**
     * Begins to write the frozen half.
     *
     * @param to the position after the last record in it; everything up to there is in the log
     */
    public void start(Position to, List<EpochTrail> trails) {
        flush = new ReplicaFlush(frozen, to, trails, images, checkpoints);
        submit();
    }

    /**
     * The flush that has ended well since the last call; the half is dropped then. One that the disk failed is tried
     * again a second later.
     *
     * @throws UncheckedIOException if the replica's directory cannot be used as it is, which no retry mends
     */
    public Optional<Done> poll(long nowNs) {
        if (flush == null) {
            return Optional.empty();
        }
        if (running == null) {
            retryWhenDue(nowNs);
            return Optional.empty();
        }
        if (!running.isDone()) {
            return Optional.empty();
        }
        FlushTask ended = running;
        running = null;
        Optional<Done> done = ended.result();
        if (done.isPresent()) {
            drop();
        } else {
            failed(ended.failure());
            retryAtNs = nowNs + RETRY_PAUSE_NS;
        }
        return done;
    }

    /**
     * Ends the flush under way and drops its half: on this thread if no other has begun with it, for a server that is not
     * serving yet. Empty if none is.
     *
     * @throws IOException if it failed, after which it may be finished again
     */
    Optional<Done> finish() throws IOException {
        if (flush == null) {
            return Optional.empty();
        }
        FlushTask task = running == null ? new FlushTask(flush) : running;
        running = null;
        task.run();
        Optional<Done> done = task.result();
        if (done.isEmpty()) {
            throw unfinished(task.failure());
        }
        drop();
        return done;
    }

    private IOException unfinished(Throwable problem) {
        return problem instanceof IOException cause
                ? cause
                : new IOException("flushing mirror " + mirror + " failed: " + problem, problem);
    }

    /** Why the last try failed, while it is being retried. */
    public Optional<String> failure() {
        return failure;
    }

    /** How long the try under way has taken so far; zero if none is. */
    Duration trying() {
        return running == null || running.isDone() ? Duration.ZERO : running.age();
    }

    /** Waits for a write that is under way, whatever its end, and lets none begin: the images may be closed after this. */
    void awaitQuiet() {
        if (running != null) {
            running.awaitQuiet();
        }
    }

    private void drop() {
        cache.thaw();
        frozen = null;
        flush = null;
        failure = Optional.empty();
    }

    /** Sorts what went wrong: the disk's faults are waited out, anything else stops the mirror. Logged once. */
    private void failed(Throwable problem) {
        if (problem instanceof RuntimeException || problem instanceof Error) {
            throw new IllegalStateException("flushing mirror " + mirror + " failed: " + problem, problem);
        }
        if (problem instanceof ReplicaException unusable) {
            throw new UncheckedIOException(unusable.getMessage(), unusable);
        }
        String what = Reason.of(problem);
        if (!failure.equals(Optional.of(what))) {
            LOG.warn("mirror={} could not be flushed, it is tried again: {}", mirror, what);
        }
        failure = Optional.of(what);
    }

    private void retryWhenDue(long nowNs) {
        if (nowNs - retryAtNs >= 0) {
            submit();
        }
    }

    private void submit() {
        FlushTask task = new FlushTask(flush);
        running = task;
        executor.execute(() -> {
            task.run();
            wake.run();
        });
    }
}
