package io.ringmirror.consumer;

import io.ringmirror.replica.Chain;
import io.ringmirror.replica.Follower;
import io.ringmirror.replica.RingReader;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * An order to flush, given to a destination that may be behind: it is carried out once everything that was in the logs
 * when it came was taken. As logs may have been made since, the end of each is asked for when the chain comes to it.
 * The owner's thread only.
 */
final class FlushOrder {
    private static final int NONE = -1;
    private static final Duration ASK_BOUND = Duration.ofMillis(500);

    private final RingReader reader;
    private int log = NONE;
    private long endOffset;

    FlushOrder(RingReader reader) {
        this.reader = reader;
    }

    /** Whether all that the order is about was taken; false, too, while no broker tells where that ends. */
    boolean isTaken(Chain chain, Follower follower) {
        int next = chain.nextLog();
        try {
            if (log != next) {
                endOffset = reader.endOffsets(List.of(next), ASK_BOUND).get(next);
                log = next;
            }
        } catch (TimeoutException e) {
            return false;
        }
        return follower.hasPassed(endOffset);
    }
}
