package io.ringmirror.replica;

import io.ringmirror.replica.FlushCycle.Done;
import io.ringmirror.replica.store.ReplicaFlush;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One try of a flush. It runs once, on whichever thread comes first: the executor's, or that of an owner which would only
 * wait for it. No interrupt ends the waiting, as a half written flush is of no use.
 */
final class FlushTask implements Runnable {
    private final ReplicaFlush flush;
    private final long sinceNs = System.nanoTime();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<Done> outcome = new CompletableFuture<>();

    FlushTask(ReplicaFlush flush) {
        this.flush = flush;
    }

    @Override
    public void run() {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        long startNs = System.nanoTime();
        try {
            long bytes = flush.frozen().bytes();
            flush.run();
            outcome.complete(new Done(flush.target(), bytes, (System.nanoTime() - startNs) / 1_000_000));
        } catch (IOException | RuntimeException | Error e) {
            outcome.completeExceptionally(e);
        }
    }

    /** How long ago it was to begin. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - sinceNs);
    }

    boolean isDone() {
        return outcome.isDone();
    }

    /** What it came to, waiting for it if it still runs; empty if it failed, and then {@link #failure} says why. */
    Optional<Done> result() {
        try {
            return Optional.of(outcome.join());
        } catch (CompletionException e) {
            return Optional.empty();
        }
    }

    /** Why it failed. */
    Throwable failure() {
        return outcome.handle((done, problem) -> problem).join();
    }

    /** Waits for it if it has begun, and keeps it from beginning otherwise; either way it is done then. */
    void awaitQuiet() {
        if (begun.compareAndSet(false, true)) {
            outcome.completeExceptionally(new IOException("it was kept from beginning"));
        }
        outcome.handle((done, problem) -> done).join();
    }
}
