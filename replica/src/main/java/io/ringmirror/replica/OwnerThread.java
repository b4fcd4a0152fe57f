package io.ringmirror.replica;

import io.ringmirror.volume.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one mirror's owner: steps it while there is work, sleeps until woken or for a moment otherwise, lets it
 * finish when the server stops, and tells it how it ended. The owner itself knows no threads, so that tests step it by
 * hand.
 */
public final class OwnerThread {
    private static final Duration NAP = Duration.ofMillis(20);
    private static final Logger LOG = LoggerFactory.getLogger(OwnerThread.class);

    private final String name;
    private final Owner owner;
    private final Sleeper sleeper;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean stopping;
    private volatile boolean abandoned;
    private volatile Exception failing;

    /** What the thread does; all on that thread, times of the monotonic clock. */
    public interface Owner {
        /**
         * One step; false if there is nothing to do until woken.
         *
         * @throws Exception if the mirror cannot go on; {@link #end} follows
         */
        boolean step(long nowNs) throws Exception;

        /** One step towards rest, instead of {@link #step} once the server stops; true when at rest. */
        boolean finish(long nowNs) throws Exception;

        /** The end, called once: lets everything go; {@code failure} is empty after a wished stop. */
        void end(Optional<Throwable> failure);

        /** Why it ended, for people to read. */
        static String reason(Optional<Throwable> failure) {
            return failure.map(Reason::of).orElse("the server stopped");
        }
    }

    /**
     * Does nothing yet.
     *
     * @param name of the thread
     * @param sleeper wakes the owner
     */
    public OwnerThread(String name, Owner owner, Sleeper sleeper) {
        this.name = name;
        this.owner = owner;
        this.sleeper = sleeper;
    }

    public void start() {
        new Thread(this::run, name).start();
    }

    /** Completes when the owner has ended: normally after {@link #close}, else with why it could not go on. */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    /** Lets the owner finish and waits; what is unfinished after the bound is given up. Idempotent. */
    public void close(Duration bound) {
        stopping = true;
        sleeper.wake();
        if (!awaitEnd(bound)) {
            LOG.warn("{} did not come to rest within {} s; the rest is given up", name, bound.toSeconds());
            abandoned = true;
            sleeper.wake();
            awaitEnd(bound);
        }
    }

    /** Ends the owner now, as if its next step had failed so; somebody else has found that it cannot go on. */
    public void fail(Exception why) {
        failing = why;
        sleeper.wake();
    }

    private boolean awaitEnd(Duration bound) {
        try {
            ended.get(bound.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            LOG.debug("{} had ended before", name, e);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void run() {
        Optional<Throwable> failure = Optional.empty();
        try {
            steps();
        } catch (Exception | Error e) {
            LOG.debug("{} cannot go on, as those who wait for its end are told", name, e);
            failure = Optional.of(e);
        }
        try {
            owner.end(failure);
        } catch (RuntimeException | Error e) {
            LOG.warn("{} while ending: {}", name, Reason.of(e), e);
        }
        failure.ifPresentOrElse(ended::completeExceptionally, () -> ended.complete(null));
    }

    private void steps() throws Exception {
        while (!abandoned) {
            if (failing != null) {
                throw failing;
            }
            long nowNs = System.nanoTime();
            boolean finishing = stopping;
            boolean rest = finishing ? owner.finish(nowNs) : !owner.step(nowNs);
            if (rest && finishing) {
                return;
            }
            if (rest || finishing) {
                sleeper.sleep(NAP);
            }
        }
    }
}
