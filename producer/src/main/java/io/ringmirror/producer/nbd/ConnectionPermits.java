package io.ringmirror.producer.nbd;

import java.util.Optional;

/**
 * Counts the requests in flight of one connection and asks the mirror's budget for their bytes. Owned by the connection's
 * event loop. A permit travels with its request and ends when the reply has been handed to the network, so a client that
 * sends without reading replies is bounded too: a connection that has reads in flight goes on only while they are a small
 * share of the memory that is free. So clients that take their replies slowly, or not at all, leave some for the next one:
 * 64 of them that came one after the other a fiftieth, if one request of each is not more.
 */
final class ConnectionPermits {
    /** Of what is free, one part may be held by the reads of one connection, beyond the first. */
    private static final int SHARES = 16;

    private final int maxRequests;
    private final MirrorBudget budget;
    private final NbdMetrics metrics;
    private final Runnable retry;
    private ByteBudget.Reservation asked;
    private int inFlight;
    private long readBytes;
    private boolean waiting;

    /** @param retry run on any thread when a request that had to wait may be tried again */
    ConnectionPermits(int maxRequests, MirrorBudget budget, NbdMetrics metrics, Runnable retry) {
        this.maxRequests = maxRequests;
        this.budget = budget;
        this.metrics = metrics;
        this.retry = retry;
    }

    int inFlight() {
        return inFlight;
    }

    /** Whether requests of other connections wait for memory that this one takes from. */
    boolean othersWait() {
        int ownCount = asked != null && !asked.granted() ? 1 : 0;
        return budget.waitingCount() > ownCount;
    }

    /**
     * A permit for a request that keeps {@code bytes} of memory, or nothing if it has to wait; then the same request is
     * to be tried again when {@code retry} was run, before any other.
     */
    Optional<Permit> tryTake(NbdRequest request, long bytes) {
        if (inFlight == maxRequests || !reserved(request, bytes)) {
            if (!waiting) {
                metrics.permitWaited();
            }
            waiting = true;
            return Optional.empty();
        }
        asked = null;
        waiting = false;
        inFlight++;
        readBytes += isRead(request) ? bytes : 0;
        metrics.requestAdmitted(request, bytes);
        return Optional.of(new Permit(request, bytes));
    }

    private boolean reserved(NbdRequest request, long bytes) {
        if (asked == null) {
            if (isRead(request) && !leavesEnough(bytes)) {
                return false; // tried again when one of its own reads ends
            }
            if (budget.of(request).tryTake(bytes)) {
                return true;
            }
            asked = budget.of(request).reserve(bytes, retry);
        }
        return asked.granted();
    }

    private boolean leavesEnough(long bytes) {
        return readBytes == 0 || readBytes + bytes <= budget.reads().freeBytes() / SHARES;
    }

    private static boolean isRead(NbdRequest request) {
        return request.is(NbdCommand.READ);
    }

    /** Ends a wait that will not be tried again. */
    void close() {
        if (asked != null) {
            asked.release();
            asked = null;
        }
    }

    /** One request's right to be in flight. */
    final class Permit {
        private final NbdRequest request;
        private final long bytes;

        private Permit(NbdRequest request, long bytes) {
            this.request = request;
            this.bytes = bytes;
        }

        /** To be called once, on the event loop, when the request's last trace here is gone. */
        void end() {
            if (bytes > 0) {
                budget.of(request).release(bytes);
            }
            readBytes -= isRead(request) ? bytes : 0;
            inFlight--;
            metrics.requestEnded(bytes);
            if (waiting) {
                retry.run();
            }
        }
    }
}
