package io.ringmirror.streams;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether a tracker gets on: while it runs its rounds go on, and what it has told is committed; while it does not, it takes
 * up its work. A transaction that hangs, its own above all, stops any of them without a failure. Any thread.
 */
final class Progress {
    static final long BOUND_NANOS = TimeUnit.MINUTES.toNanos(2);

    /** Its memory is small; this is much for reading it. */
    static final long START_BOUND_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final LongSupplier nanoTime;
    private int tasks;
    private long roundNanos;
    private long told;
    private long toldBeforeCommit;
    private long commits;
    private long commitNanos;
    private boolean runs;
    private long stoodNanos;

    Progress(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.commitNanos = nanoTime.getAsLong();
        this.stoodNanos = commitNanos;
    }

    /** It runs from now on, or does not. */
    synchronized void running(boolean now) {
        if (runs && !now) {
            stoodNanos = nanoTime.getAsLong();
        }
        runs = now;
    }

    synchronized void taskBegins() {
        tasks++;
        roundNanos = nanoTime.getAsLong();
    }

    synchronized void taskEnds() {
        tasks--;
    }

    synchronized void roundDone() {
        roundNanos = nanoTime.getAsLong();
    }

    /** A status is on its way, and counts once it is committed. */
    synchronized void told() {
        told++;
    }

    /**
     * Why it does not get on, in one line; empty if it does.
     *
     * @param committed how many commits there were so far
     */
    synchronized String stuck(double committed) {
        long now = nanoTime.getAsLong();
        long so = (long) committed;
        if (so > commits || told == toldBeforeCommit) {
            toldBeforeCommit = told;
            commitNanos = now;
        }
        commits = so;
        if (!runs && now - stoodNanos > START_BOUND_NANOS) {
            return "it takes up its work since " + seconds(now - stoodNanos)
                    + " s: its transaction or the brokers hang; start it anew when brokers answer";
        }
        if (tasks > 0 && now - roundNanos > BOUND_NANOS) {
            return "it has done nothing for " + seconds(now - roundNanos)
                    + " s: its transaction or the brokers hang; start it anew when brokers answer";
        }
        return now - commitNanos > BOUND_NANOS
                ? "nothing that it told was committed for " + seconds(now - commitNanos)
                        + " s: its transaction hangs; start it anew when brokers answer"
                : "";
    }

    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos);
    }
}
