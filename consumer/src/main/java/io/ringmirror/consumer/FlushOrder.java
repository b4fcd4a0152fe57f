package io.ringmirror.consumer;

import io.ringmirror.replica.Chain;
import io.ringmirror.replica.Follower;
import io.ringmirror.replica.RingReader;
import io.ringmirror.schemas.EpochTrail;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * An order to flush all that was in the logs when it came: remembers how far that was until the follower is there. A log
 * that was made since is asked for when the chain gets to it. The owner's thread only.
 */
final class FlushOrder {
    private static final Duration ASK_BOUND = Duration.ofMillis(500);

    private final RingReader reader;
    private final Chain chain;
    private final Follower follower;
    private final Map<Integer, Long> ends = new HashMap<>();
    private boolean given;

    FlushOrder(RingReader reader, Chain chain, Follower follower) {
        this.reader = reader;
        this.chain = chain;
        this.follower = follower;
    }

    /** Somebody ordered a flush; it takes the place of an earlier order that is not fulfilled. */
    void give() {
        given = true;
        ends.clear();
    }

    /** Whether something is still to be taken. */
    boolean isWaiting() {
        return given;
    }

    /** True once after each order: all of it has been taken. While no broker answers nothing is known, and it waits. */
    boolean isTaken() {
        if (!given || !knowsEnds() || !follower.hasPassed(ends.get(chain.nextLog()))) {
            return false;
        }
        given = false;
        return true;
    }

    private boolean knowsEnds() {
        Set<Integer> logs = new HashSet<>(Set.of(chain.nextLog()));
        if (ends.isEmpty()) {
            chain.trails().stream().map(EpochTrail::log).forEach(logs::add);
        }
        if (!ends.containsKey(chain.nextLog())) {
            try {
                ends.putAll(reader.endOffsets(logs, ASK_BOUND));
            } catch (TimeoutException e) {
                return false;
            }
        }
        return true;
    }
}
