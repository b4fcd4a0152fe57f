package io.ringmirror.producer.nbd;

import java.util.Optional;

/**
 * Counts the requests in flight of one connection and asks for their bytes: the server's budget for those of reads, the
 * mirror's for those of writes. Owned by the
 * connection's event loop. A permit travels with its request and ends when the reply has been handed to the network, so
 * a client that sends without reading replies is bounded too.
 */
final class ConnectionPermits {
    private final int maxRequests;
    private final ByteBudget readBudget;
    private final ByteBudget writeBudget;
    private final NbdMetrics metrics;
    private final Runnable retry;
    private ByteBudget.Reservation asked;
    private int inFlight;
    private boolean waiting;

    /** @param retry run on any thread when a request that had to wait may be tried again */
    ConnectionPermits(
            int maxRequests, ByteBudget readBudget, ByteBudget writeBudget, NbdMetrics metrics, Runnable retry) {
        this.maxRequests = maxRequests;
        this.readBudget = readBudget;
        this.writeBudget = writeBudget;
        this.metrics = metrics;
        this.retry = retry;
    }

    int inFlight() {
        return inFlight;
    }

    /** Whether requests of other connections wait for bytes of a budget that this one takes from. */
    boolean othersWait() {
        int ownCount = asked != null && !asked.granted() ? 1 : 0;
        return readBudget.waitingCount() + writeBudget.waitingCount() > ownCount;
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
        metrics.requestAdmitted(request, bytes);
        return Optional.of(new Permit(budget(request), bytes));
    }

    private boolean reserved(NbdRequest request, long bytes) {
        if (asked == null) {
            if (budget(request).tryTake(bytes)) {
                return true;
            }
            asked = budget(request).reserve(bytes, retry);
        }
        return asked.granted();
    }

    private ByteBudget budget(NbdRequest request) {
        return request.is(NbdCommand.WRITE) ? writeBudget : readBudget;
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
        private final ByteBudget budget;
        private final long bytes;

        private Permit(ByteBudget budget, long bytes) {
            this.budget = budget;
            this.bytes = bytes;
        }

        /** To be called once, on the event loop, when the request's last trace here is gone. */
        void end() {
            if (bytes > 0) {
                budget.release(bytes);
            }
            inFlight--;
            metrics.requestEnded(bytes);
            if (waiting) {
                retry.run();
            }
        }
    }
}
