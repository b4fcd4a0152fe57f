package io.ringmirror.replica;

import java.time.Duration;

/** Says when something that happens every so often is due, by the monotonic clock given to it. One thread. */
public final class Cadence {
    private final long intervalNs;
    private long lastNs;
    private boolean started;

    public Cadence(Duration interval) {
        this.intervalNs = interval.toNanos();
    }

    /** True once in each interval; the first interval begins at the first call. */
    public boolean due(long nowNs) {
        if (!started) {
            started = true;
            lastNs = nowNs;
        }
        boolean due = nowNs - lastNs >= intervalNs;
        if (due) {
            lastNs = nowNs;
        }
        return due;
    }
}
