package io.ringmirror.torture;

import java.time.Duration;

/**
 * When a mirror's writes were last acknowledged, and the longest time that they stood still while somebody wanted to
 * write. Any thread.
 */
final class Progress {
    private boolean wanted;
    private long sinceNs;
    private long acknowledged;
    private long longestNs;

    /** From here on somebody writes, or nobody does. */
    synchronized void wanted(boolean now) {
        if (wanted) {
            stoodStill();
        }
        wanted = now;
        sinceNs = System.nanoTime();
    }

    /** A write was acknowledged. */
    synchronized void acknowledged() {
        acknowledged++;
        if (wanted) {
            stoodStill();
        }
        sinceNs = System.nanoTime();
        notifyAll();
    }

    /** How many writes were acknowledged. */
    synchronized long count() {
        return acknowledged;
    }

    /** The longest stall so far, the present one among them. */
    synchronized Duration longest() {
        if (wanted) {
            stoodStill();
        }
        return Duration.ofNanos(longestNs);
    }

    /** How long nothing has been acknowledged that somebody wanted to write. */
    synchronized Duration standing() {
        return Duration.ofNanos(wanted ? System.nanoTime() - sinceNs : 0);
    }

    /** Waits until more writes were acknowledged than so many; false if none was in time. */
    synchronized boolean await(long more, Duration bound) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (acknowledged <= more) {
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    private void stoodStill() {
        longestNs = Math.max(longestNs, System.nanoTime() - sinceNs);
    }
}
