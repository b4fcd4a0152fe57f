package io.ringmirror.consumer;

import io.ringmirror.replica.Chain;
import io.ringmirror.replica.Follower;
import io.ringmirror.replica.RingReader;

/**
 * An order to flush, given to a destination that may be behind: it is carried out once everything that was in the logs
 * when it came was taken. As logs may have been made since, the end of each is asked for when the chain comes to it.
 * The owner's thread only.
 */
final class FlushOrder {
    private static final int NONE = -1;

    private final RingReader reader;
    private int log = NONE;
    private long endOffset;

    FlushOrder(RingReader reader) {
        this.reader = reader;
    }

    /** Whether all that the order is about was taken. */
    boolean isTaken(Chain chain, Follower follower) {
        if (log != chain.nextLog()) {
            log = chain.nextLog();
            endOffset = reader.endOffset(log);
        }
        return follower.hasPassed(endOffset);
    }
}
