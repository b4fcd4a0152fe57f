package io.ringmirror.producer.nbd;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What all connections of one server share; any thread. Reads wait for the local disk at most, so those of all mirrors
 * have one budget. Writes may wait for as long as their mirror's ring or cluster does, so each mirror has a budget of its
 * own for them, large enough for any request: writes to a mirror that answers go on beside any number of mirrors that do
 * not. So the memory of waiting writes grows with the mirrors that have clients, as that of their caches does.
 */
final class NbdContext {
    private final NbdSettings settings;
    private final Exports exports;
    private final NbdMetrics metrics = new NbdMetrics();
    private final ByteBudget readBudget;

    /** By mirror. They stay: what a mirror that ended holds still counts when it comes back. */
    private final ConcurrentMap<String, ByteBudget> writeBudgets = new ConcurrentHashMap<>();

    NbdContext(NbdSettings settings, Exports exports) {
        this.settings = settings;
        this.exports = exports;
        this.readBudget = new ByteBudget(settings.maxBytesOfReads());
    }

    NbdSettings settings() {
        return settings;
    }

    Exports exports() {
        return exports;
    }

    NbdMetrics metrics() {
        return metrics;
    }

    ByteBudget readBudget() {
        return readBudget;
    }

    ByteBudget writeBudget(String mirror) {
        return writeBudgets.computeIfAbsent(mirror, name -> new ByteBudget(settings.maxBytesOfWrites()));
    }

    ConnectionPermits permits(String mirror, Runnable retry) {
        return new ConnectionPermits(settings.maxRequestsInFlight(), readBudget, writeBudget(mirror), metrics, retry);
    }
}
