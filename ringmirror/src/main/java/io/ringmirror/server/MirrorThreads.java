package io.ringmirror.server;

/**
 * The threads of one mirror on a server, kept apart by what they block on, so that a slow disk does not hold up Kafka nor
 * the other way round. No mirror shares any: whatever hangs for one, its disk or its cluster, holds up no other. There are
 * none while there is nothing to do.
 *
 * @param disk runs flushes and image reads
 * @param network runs blocking calls of the cluster
 * @param changes starts and stops the mirror and changes its role, one change after the other
 */
record MirrorThreads(WorkerPool disk, WorkerPool network, WorkerPool changes) {
    private static final int DISK_THREADS = 8;
    private static final int NETWORK_THREADS = 4;

    static MirrorThreads of(String mirror) {
        return new MirrorThreads(
                new WorkerPool("disk-" + mirror, DISK_THREADS),
                new WorkerPool("kafka-" + mirror, NETWORK_THREADS),
                new WorkerPool("change-" + mirror, 1));
    }

    /** Ends them, within a bound; called as the last change. */
    void end() {
        disk.close();
        network.close();
        changes.takeNoMore();
    }
}
