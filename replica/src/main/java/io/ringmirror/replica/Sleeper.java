package io.ringmirror.replica;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Where an owner's thread sleeps when there is nothing to do. A wake between two sleeps is remembered, so whoever first
 * hands something over and then wakes is never missed. One thread sleeps, any thread wakes; waking one that is awake
 * costs a volatile read.
 */
public final class Sleeper {
    private volatile Thread sleeper;
    private volatile boolean woken;

    /** Has the owner look again, now or when it is about to sleep. */
    public void wake() {
        if (!woken) {
            woken = true;
            LockSupport.unpark(sleeper);
        }
    }

    /** Sleeps until woken, or for so long at the most. */
    public void sleep(Duration most) {
        sleeper = Thread.currentThread();
        if (!woken) {
            LockSupport.parkNanos(this, most.toNanos());
        }
        woken = false;
    }
}
