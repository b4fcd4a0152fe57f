package io.ringmirror.replica;

import java.time.Duration;

/**
 * When a replica is flushed: enough is dirty, the oldest dirty block is old enough, the cache takes no more,
 * or somebody ordered it. The owner's
 * thread only; times are of the monotonic clock.
 */
public final class FlushTriggers {
    private final long dirtyBytes;
    private final long intervalNs;
    private long dirtySinceNs;
    private boolean dirty;
    private boolean ordered;
    private boolean pressed;
    private boolean held;

    /**
     * Begins with nothing dirty.
     *
     * @param dirtyBytes flush when the cache holds so much
     * @param interval flush when the oldest dirty block is so old
     */
    public FlushTriggers(long dirtyBytes, Duration interval) {
        this.dirtyBytes = dirtyBytes;
        this.intervalNs = interval.toNanos();
    }

    /** Flush what is dirty now, held or not; nothing if nothing is. */
    public void order() {
        ordered = true;
    }

    /** The cache takes no more: flush now, unless held. */
    public void press() {
        pressed = true;
    }

    /** Whether to flush on orders only. */
    public void hold(boolean hold) {
        held = hold;
    }

    /** Whether a flush is due now, with so much dirty. */
    public boolean due(long cacheDirtyBytes, long nowNs) {
        if (!dirty && cacheDirtyBytes > 0) {
            dirty = true;
            dirtySinceNs = nowNs;
        }
        ordered &= dirty;
        if (ordered || held) {
            return ordered;
        }
        return pressed || cacheDirtyBytes >= dirtyBytes || (dirty && nowNs - dirtySinceNs >= intervalNs);
    }

    /** A flush has begun; what becomes dirty from here on is for the next. */
    public void reset() {
        dirty = false;
        ordered = false;
        pressed = false;
    }
}
