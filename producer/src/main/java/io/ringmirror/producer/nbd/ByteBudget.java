package io.ringmirror.producer.nbd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of memory that connections share. They are taken at once while nobody waits; who has to wait is granted them
 * in the order of asking, so a large reservation is never starved by small ones behind it, and one of the whole capacity
 * passes when everything else has ended. Thread-safe; nobody ever blocks.
 */
final class ByteBudget {
    private final Deque<Reservation> waiting = new ArrayDeque<>();
    private final long capacityBytes;
    private final AtomicLong freeBytes;
    private volatile int waitingCount; // written under the lock of waiting

    ByteBudget(long capacityBytes) {
        this.capacityBytes = capacityBytes;
        this.freeBytes = new AtomicLong(capacityBytes);
    }

    /** Takes {@code bytes}, at most the capacity, if they are free and nobody waits; none are always free. */
    boolean tryTake(long bytes) {
        if (bytes < 0 || bytes > capacityBytes) {
            throw new IllegalArgumentException(bytes + " bytes asked of a budget of " + capacityBytes);
        }
        return bytes == 0 || (waitingCount == 0 && takeFree(bytes));
    }

    /** Gives back what was taken or granted. */
    void release(long bytes) {
        freeBytes.addAndGet(bytes);
        if (waitingCount
                > 0) { // looked at after the addition, as a waiter counts itself before it looks at what is free
            run(grantWaiting());
        }
    }

    /**
     * Asks for {@code bytes}. If they are not {@link Reservation#granted} on return they will be later, and
     * {@code whenGranted} is then run once, on the thread that made room.
     */
    Reservation reserve(long bytes, Runnable whenGranted) {
        Reservation reservation = new Reservation(bytes, whenGranted);
        List<Reservation> granted;
        synchronized (waiting) {
            if (tryTake(bytes)) {
                reservation.state = State.GRANTED;
                return reservation;
            }
            waiting.add(reservation);
            granted = grantWaiting();
        }
        granted.remove(reservation);
        run(granted);
        return reservation;
    }

    /** What is free at this moment. */
    long freeBytes() {
        return freeBytes.get();
    }

    int waitingCount() {
        return waitingCount;
    }

    private boolean takeFree(long bytes) {
        long free = freeBytes.get();
        while (bytes <= free) {
            if (freeBytes.compareAndSet(free, free - bytes)) {
                return true;
            }
            free = freeBytes.get();
        }
        return false;
    }

    private List<Reservation> grantWaiting() {
        List<Reservation> granted = new ArrayList<>();
        synchronized (waiting) {
            waitingCount = waiting.size();
            while (!waiting.isEmpty() && takeFree(waiting.peek().bytes)) {
                Reservation next = waiting.remove();
                next.state = State.GRANTED;
                granted.add(next);
            }
            waitingCount = waiting.size();
        }
        return granted;
    }

    private static void run(List<Reservation> granted) {
        granted.forEach(next -> next.whenGranted.run());
    }

    private enum State {
        WAITING,
        GRANTED,
        ENDED
    }

    /** Bytes asked for. */
    final class Reservation {
        private final long bytes;
        private final Runnable whenGranted;
        private State state = State.WAITING; // guarded by waiting

        private Reservation(long bytes, Runnable whenGranted) {
            this.bytes = bytes;
            this.whenGranted = whenGranted;
        }

        /** Whether the bytes are there; they are then given back by this reservation or by the budget, once. */
        boolean granted() {
            synchronized (waiting) {
                return state == State.GRANTED;
            }
        }

        /** Gives the bytes back, or asks no more; the second call does nothing. */
        void release() {
            State before;
            List<Reservation> granted = List.of();
            synchronized (waiting) {
                before = state;
                state = State.ENDED;
                if (before == State.WAITING) {
                    waiting.remove(this);
                    granted = grantWaiting();
                }
            }
            run(granted);
            if (before == State.GRANTED) {
                ByteBudget.this.release(bytes);
            }
        }
    }
}
