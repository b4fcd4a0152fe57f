package io.ringmirror.producer.nbd;

/** What all connections of one server share. The budgets are thread-safe; their halves are explained in the settings. */
record NbdContext(
        NbdSettings settings, Exports exports, NbdMetrics metrics, ByteBudget readBudget, ByteBudget writeBudget) {
    NbdContext(NbdSettings settings, Exports exports) {
        this(
                settings,
                exports,
                new NbdMetrics(),
                new ByteBudget(settings.maxBytesInFlight() / 2),
                new ByteBudget(settings.maxBytesInFlight() / 2));
    }

    ConnectionPermits permits(Runnable retry) {
        return new ConnectionPermits(settings.maxRequestsInFlight(), readBudget, writeBudget, metrics, retry);
    }
}
