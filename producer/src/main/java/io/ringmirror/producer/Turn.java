package io.ringmirror.producer;

import io.ringmirror.replica.OwnerThread;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose turn it is to touch what a mirror's owner owns: the owner's, one step at a time, or between two steps that of a
 * reader, on the reader's own thread, which saves two threads the hand-over. A reader takes a turn that is free and
 * never waits for one; the owner waits for a reader's, which is as short as one look into the cache, and goes first.
 */
final class Turn {
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed; // guarded by lock

    /**
     * For a reader on any thread: takes the turn, to be given back by {@link #give}, if it is free and may still be had;
     * not within another turn of this thread, either.
     */
    boolean tryTake() {
        if (lock.isLocked() || lock.hasQueuedThreads() || !lock.tryLock()) {
            return false;
        }
        if (closed) {
            lock.unlock();
            return false;
        }
        return true;
    }

    void give() {
        lock.unlock();
    }

    /** The owner as it is to be run: it takes the turn for each step, and readers get none once it begins to finish. */
    OwnerThread.Owner taking(OwnerThread.Owner owner) {
        return new OwnerThread.Owner() {
            @Override
            public boolean step(long nowNs) throws Exception {
                lock.lock();
                try {
                    return owner.step(nowNs);
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public boolean finish(long nowNs) throws Exception {
                lock.lock();
                try {
                    closed = true;
                    return owner.finish(nowNs);
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void end(Optional<Throwable> failure) {
                lock.lock();
                try {
                    closed = true;
                    owner.end(failure);
                } finally {
                    lock.unlock();
                }
            }
        };
    }
}
