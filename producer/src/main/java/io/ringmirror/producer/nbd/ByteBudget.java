package io.ringmirror.producer.nbd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Bytes of memory that all connections share. Reservations are granted in the order they were asked for, so a large
 * one is never starved by small ones behind it; one of the whole capacity passes when everything else has ended.
 * Thread-safe; nobody ever blocks.
 */
final class ByteBudget {
    private final Deque<Reservation> waiting = new ArrayDeque<>();
    private final long capacityBytes;
    private long takenBytes;

    ByteBudget(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /**
     * Asks for {@code bytes}, at most the capacity; none are granted at once. If they are not
     * {@link Reservation#granted} on return they will be later, and {@code whenGranted} is then run once, on the thread
     * that made room.
     */
    Reservation reserve(long bytes, Runnable whenGranted) {
        if (bytes < 0 || bytes > capacityBytes) {
            throw new IllegalArgumentException(bytes + " bytes asked of a budget of " + capacityBytes);
        }
        Reservation reservation = new Reservation(bytes, whenGranted);
        synchronized (waiting) {
            if (bytes == 0 || (waiting.isEmpty() && bytes <= capacityBytes - takenBytes)) {
                takenBytes += bytes;
                reservation.state = State.GRANTED;
            } else {
                waiting.add(reservation);
            }
        }
        return reservation;
    }

    int waitingCount() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private List<Reservation> grantWaiting() {
        List<Reservation> granted = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.peek().bytes <= capacityBytes - takenBytes) {
            Reservation next = waiting.remove();
            takenBytes += next.bytes;
            next.state = State.GRANTED;
            granted.add(next);
        }
        return granted;
    }

    private enum State {
        WAITING,
        GRANTED,
        ENDED
    }

    /** Bytes asked for by one request; to be released once it needs them no more, granted or not. */
    final class Reservation {
        private final long bytes;
        private final Runnable whenGranted;
        private State state = State.WAITING; // guarded by waiting

        private Reservation(long bytes, Runnable whenGranted) {
            this.bytes = bytes;
            this.whenGranted = whenGranted;
        }

        long bytes() {
            return bytes;
        }

        boolean granted() {
            synchronized (waiting) {
                return state == State.GRANTED;
            }
        }

        /** Gives the bytes back, or asks no more; the second call does nothing. */
        void release() {
            List<Reservation> granted;
            synchronized (waiting) {
                if (state == State.GRANTED) {
                    takenBytes -= bytes;
                } else if (state == State.WAITING) {
                    waiting.remove(this);
                }
                state = State.ENDED;
                granted = grantWaiting();
            }
            granted.forEach(next -> next.whenGranted.run());
        }
    }
}
