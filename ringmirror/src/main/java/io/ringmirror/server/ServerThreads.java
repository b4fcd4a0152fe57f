package io.ringmirror.server;

import io.ringmirror.replica.Opened;

/**
 * The threads that the mirrors of one cluster share, kept apart by what they block on, so that a slow disk does not hold
 * up Kafka nor the other way round. Those for a cluster's answers are its own: one that does not answer holds up no
 * mirror of another.
 *
 * @param disk runs flushes and image reads, for all clusters of a server
 * @param network runs the cluster's blocking calls
 * @param starter starts and stops mirrors, which waits for the cluster
 */
record ServerThreads(WorkerPool disk, WorkerPool network, WorkerPool starter) {
    private static final int DISK_THREADS = 8;
    private static final int NETWORK_THREADS = 8;
    private static final int STARTER_THREADS = 4;

    /** Those for the disks of a server. */
    static WorkerPool forDisk() {
        return new WorkerPool("disk", DISK_THREADS);
    }

    /** Those for a cluster, with the server's for its disks. */
    static ServerThreads forCluster(WorkerPool disk, Opened opened) {
        return new ServerThreads(
                disk,
                opened.add(new WorkerPool("kafka", NETWORK_THREADS)),
                opened.add(new WorkerPool("starter", STARTER_THREADS)));
    }
}
