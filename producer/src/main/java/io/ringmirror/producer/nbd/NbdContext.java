package io.ringmirror.producer.nbd;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What all connections of one server share; any thread. Each mirror has a budget of its own for reads and one for writes,
 * either large enough for any request: its writes may wait for as long as its ring or its cluster does, and its reads for
 * as long as its clients take no replies, and neither is the business of another mirror. So the memory of requests grows
 * with the mirrors that have clients, as that of their caches does.
 */
final class NbdContext {
    private final NbdSettings settings;
    private final Exports exports;
    private final NbdMetrics metrics = new NbdMetrics();

    /** By mirror. They stay: what a mirror that ended holds still counts when it comes back. */
    private final ConcurrentMap<String, MirrorBudget> budgets = new ConcurrentHashMap<>();

    NbdContext(NbdSettings settings, Exports exports) {
        this.settings = settings;
        this.exports = exports;
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

    MirrorBudget budget(String mirror) {
        return budgets.computeIfAbsent(mirror, name -> new MirrorBudget(settings));
    }

    ConnectionPermits permits(String mirror, Runnable retry) {
        return new ConnectionPermits(settings.maxRequestsInFlight(), budget(mirror), metrics, retry);
    }
}
