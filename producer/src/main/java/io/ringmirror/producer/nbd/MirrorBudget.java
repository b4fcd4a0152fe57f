package io.ringmirror.producer.nbd;

/** The memory that requests of all connections to one mirror may keep. Thread-safe. */
record MirrorBudget(ByteBudget reads, ByteBudget writes) {
    MirrorBudget(NbdSettings settings) {
        this(new ByteBudget(settings.maxBytesOfReads()), new ByteBudget(settings.maxBytesOfWrites()));
    }

    ByteBudget of(NbdRequest request) {
        return request.is(NbdCommand.WRITE) ? writes : reads;
    }

    int waitingCount() {
        return reads.waitingCount() + writes.waitingCount();
    }
}
