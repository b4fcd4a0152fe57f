package io.ringmirror.producer;

import io.ringmirror.replica.Replica;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Lease} of the source before this one, where that did not hand over: it may be cut off and still answer reads,
 * so nothing is written here before its lease has run out, counted from this one's fence (invariant I3). The replica says
 * that it is owed, for a source that dies meanwhile and starts again. The owner's thread only.
 */
final class OldLease {
    private static final Logger LOG = LoggerFactory.getLogger(OldLease.class);

    private final Replica replica;
    private final Executor disk;
    private final long endNs;
    private boolean over;
    private boolean closed; // guarded by this

    private OldLease(Replica replica, Executor disk, boolean owed, long endNs) {
        this.replica = replica;
        this.disk = disk;
        this.over = !owed;
        this.endNs = endNs;
    }

    /**
     * Begins the wait, if there has to be one; blocks on the disk. To be called behind the fence and before the term's
     * first record is sent.
     *
     * @param owed whether the source before this one may still answer reads
     * @param fencedNs a time of the monotonic clock that is not before the fence
     */
    static OldLease begin(Replica replica, Executor disk, boolean owed, long leaseNs, long fencedNs)
            throws IOException {
        if (owed != replica.owesLease()) {
            replica.oweLease(owed);
        }
        if (owed) {
            LOG.info(
                    "mirror={} the source before this one did not hand over: writes wait for {} ms (source.lease.ms),"
                            + " as it may answer reads for so long",
                    replica.definition().mirror(),
                    leaseNs / 1_000_000);
        }
        return new OldLease(replica, disk, owed, fencedNs + leaseNs);
    }

    /** Whether changes may be taken in. */
    boolean isOver(long nowNs) {
        if (!over && nowNs - endNs >= 0) {
            over = true;
            LOG.info("mirror={} writes are taken", replica.definition().mirror());
            disk.execute(this::settle);
        }
        return over;
    }

    /** Nothing is stated any more once this returns: the replica is let go. */
    synchronized void close() {
        closed = true;
    }

    /** On the disk's thread; where it fails the next start waits once more than it has to. */
    private synchronized void settle() {
        if (closed) {
            return;
        }
        try {
            replica.oweLease(false);
        } catch (IOException e) {
            LOG.warn(
                    "mirror={} the replica still says that an old source may answer reads: {}",
                    replica.definition().mirror(),
                    e.getMessage(),
                    e);
        }
    }
}
