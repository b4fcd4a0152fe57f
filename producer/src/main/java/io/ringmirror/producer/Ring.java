package io.ringmirror.producer;

import io.ringmirror.replica.Chain;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which log comes next (invariant I4): one that was never used or whose latest epoch is released; a spare one is made
 * ahead of need, up to the ring's bounds. What each log holds is read off the chain; what is released is told by the
 * tracker and only ever grows. The owner's thread only; logs are made in the background.
 */
final class Ring {
    /** In milliseconds, after growths that failed in a row. */
    private static final ExponentialBackoff PAUSES = new ExponentialBackoff(1_000, 2, 15_000, 0);

    private static final Logger LOG = LoggerFactory.getLogger(Ring.class);

    private final String mirror;
    private final Definition.Ring bounds;
    private final Chain chain;
    private final IntFunction<CompletableFuture<Integer>> grow;
    private final Runnable wake;
    private int logs;
    private long releasedEpoch;
    private long unreleasedBytes;
    private CompletableFuture<Integer> growing;
    private int refusals;
    private String refusal = "";
    private long pauseEndNs;

    /** The last answer of {@link #next}, which is asked for in each round; null when it may not hold any more. */
    private Optional<Next> known;

    private int knownFor;
    private long knownAt;

    /**
     * Begins with the logs there are.
     *
     * @param grow makes the topic have so many logs; completes with how many it has, once producers see them
     * @param wake called from another thread when that ended
     */
    Ring(
            String mirror,
            Definition.Ring bounds,
            Chain chain,
            int logs,
            IntFunction<CompletableFuture<Integer>> grow,
            Runnable wake) {
        this.mirror = mirror;
        this.bounds = bounds;
        this.chain = chain;
        this.logs = logs;
        this.grow = grow;
        this.wake = wake;
        this.unreleasedBytes = sumOfUnreleased();
    }

    /** A log to open, and where its next record is to be looked for. */
    record Next(int log, long offset) {}

    /** The tracker says that every replica has flushed this epoch. */
    void released(long epoch) {
        if (epoch > releasedEpoch) {
            releasedEpoch = epoch;
            known = null;
            unreleasedBytes = sumOfUnreleased();
        }
    }

    /** The chain has come past another seal. */
    void sealed() {
        unreleasedBytes = sumOfUnreleased();
    }

    /** A log for the epoch after the open one, released logs first; empty while there is none. */
    Optional<Next> next(int openLog) {
        if (known == null || knownFor != openLog || knownAt != chain.trailChanges()) {
            known = find(openLog);
            knownFor = openLog;
            knownAt = chain.trailChanges();
        }
        return known;
    }

    /**
     * Makes logs ahead of need, unless there is a spare one, some are being made, or a bound is reached. A ring grows by
     * half of itself, so that a source that rotates many times while a log is made is not held up at each of them. After a
     * failure it is tried again when a pause is over.
     */
    void keepSpare(int openLog, long nowNs) {
        finishGrowing(nowNs);
        boolean pausing = refusals > 0 && nowNs - pauseEndNs < 0;
        boolean wanted = growing == null && !pausing && next(openLog).isEmpty() && logs < bounds.maxLogs();
        if (wanted && unreleasedBytes < bounds.maxBytes()) {
            growing = grow.apply(Math.min(bounds.maxLogs(), logs + Math.max(1, logs / 2)));
            CompletableFuture<Integer> unused = growing.whenComplete((size, problem) -> wake.run());
        }
    }

    /** True when so much is unreleased that writers wait, whatever the cache could still take. */
    boolean atByteBound(long openEpochBytes) {
        return unreleasedBytes + openEpochBytes >= bounds.maxBytes();
    }

    private Optional<Next> find(int openLog) {
        Optional<Next> unused = Optional.empty();
        for (int log = 0; log < logs; log++) {
            if (log == openLog) {
                continue;
            }
            Optional<EpochTrail> trail = chain.trail(log);
            if (trail.isEmpty()) {
                unused = unused.isPresent() ? unused : Optional.of(new Next(log, 0));
            } else if (isReleased(trail.get())) {
                return Optional.of(
                        new Next(log, trail.get().seal().orElseThrow().endOffset()));
            }
        }
        return unused;
    }

    private boolean isReleased(EpochTrail trail) {
        return trail.seal().isPresent() && trail.epoch() <= releasedEpoch;
    }

    private long sumOfUnreleased() {
        return chain.trails().stream()
                .filter(trail -> trail.epoch() > releasedEpoch)
                .flatMap(trail -> trail.seal().stream())
                .mapToLong(EpochTrail.Seal::ringBytes)
                .sum();
    }

    private void finishGrowing(long nowNs) {
        if (growing == null || !growing.isDone()) {
            return;
        }
        growing.handle((size, problem) -> {
                    if (problem == null) {
                        grown(size);
                    } else {
                        refused(String.valueOf(problem.getMessage()), nowNs);
                    }
                    return null;
                })
                .join();
        growing = null;
    }

    private void grown(int size) {
        logs = Math.max(logs, size);
        known = null;
        if (refusals > 0) {
            LOG.info("mirror={} the ring grows again", mirror);
        }
        refusals = 0;
        refusal = "";
    }

    private void refused(String why, long nowNs) {
        pauseEndNs = nowNs + TimeUnit.MILLISECONDS.toNanos(PAUSES.backoff(refusals));
        refusals++;
        if (!why.equals(refusal)) {
            refusal = why;
            LOG.warn("mirror={} the ring could not grow, it is tried again until it can: {}", mirror, why);
        }
    }
}
