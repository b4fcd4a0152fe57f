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
 * All that was in the logs at one moment: remembers how far that was until the follower is there. A log that was made since
 * is asked for when the chain gets to it. The owner's thread only.
 */
final class Landmark {
    private static final Duration ASK_BOUND = Duration.ofMillis(500);

    private final RingReader reader;
    private final Chain chain;
    private final Follower follower;
    private final Map<Integer, Long> ends = new HashMap<>();
    private boolean sought;

    Landmark(RingReader reader, Chain chain, Follower follower) {
        this.reader = reader;
        this.chain = chain;
        this.follower = follower;
    }

    /** What is in the logs now; it takes the place of an earlier one that is not reached. */
    void set() {
        sought = true;
        ends.clear();
    }

    /** Whether something is still to be taken. */
    boolean isAhead() {
        return sought;
    }

    /** True once for each: all of it has been taken. While no broker answers nothing is known, and it waits. */
    boolean isReached() {
        if (!sought || !knowsEnds() || !follower.hasPassed(ends.get(chain.nextLog()))) {
            return false;
        }
        sought = false;
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
