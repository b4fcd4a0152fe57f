package io.ringmirror.producer;

import io.ringmirror.replica.OwnerThread;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Whose turn it is to touch what a mirror's owner owns: the owner thread's, one step at a time, or between two steps that
 * of a client's thread, for a look into the cache or a short step of its own, which saves two threads the hand-over.
 * Clients' threads take a turn that is free and never wait for one; the owner thread waits for theirs, and goes first.
 */
final class Turn {
    /** One that works, and one that finds nothing more to do. */
    private static final int MAX_STEPS = 2;

    private final ReentrantLock lock = new ReentrantLock();
    private final LongSupplier clockNs;
    private OwnerThread.Owner owner; // set before any thread shares this
    private Throwable failure; // this and what follows guarded by lock
    private boolean closed;

    /** @param clockNs the monotonic clock that the owner is stepped by */
    Turn(LongSupplier clockNs) {
        this.clockNs = clockNs;
    }

    /**
     * On any thread: takes the turn, to be given back by {@link #give}, if it is free and may still be had; not within
     * another turn of this thread, either.
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

    /**
     * On any thread: has the owner do what there is to do here and now, if its turn is free. False if the owner's thread
     * is still to be woken, as nothing was done, or not all. A failure is thrown at that thread's next step.
     */
    boolean tryStep() {
        if (!tryTake()) {
            return false;
        }
        try {
            boolean atRest = false;
            for (int steps = 0; steps < MAX_STEPS && !atRest && failure == null; steps++) {
                atRest = !owner.step(clockNs.getAsLong());
            }
            return atRest;
        } catch (Exception | Error e) {
            failure = e;
            return false;
        } finally {
            give();
        }
    }

    /** The owner as its thread is to run it, in turns; nobody else gets one once it begins to finish. Called once. */
    OwnerThread.Owner taking(OwnerThread.Owner taker) {
        owner = taker;
        return new OwnerThread.Owner() {
            @Override
            public boolean step(long nowNs) throws Exception {
                lock.lock();
                try {
                    throwFailure();
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
                    throwFailure();
                    return owner.finish(nowNs);
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void end(Optional<Throwable> outcome) {
                lock.lock();
                try {
                    closed = true;
                    owner.end(outcome);
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    private void throwFailure() throws Exception {
        if (failure instanceof Error error) {
            throw error;
        } else if (failure != null) {
            throw (Exception) failure;
        }
    }
}
