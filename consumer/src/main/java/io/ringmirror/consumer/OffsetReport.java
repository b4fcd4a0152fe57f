package io.ringmirror.consumer;

import io.ringmirror.replica.Chain;
import io.ringmirror.replica.GroupOffsets;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.EpochTrail;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits offsets so that standard tools show how far behind a destination is. Nothing is ever read from them: the
 * position file rules. While the mirror is level, transaction markers behind the last record are passed too, so that the
 * lag shown is 0. The owner's thread only.
 */
final class OffsetReport {
    private static final Duration ASK_BOUND = Duration.ofMillis(500);
    private static final Logger LOG = LoggerFactory.getLogger(OffsetReport.class);

    private final GroupOffsets group;
    private final String mirror;
    private final Map<Integer, Long> furthest = new HashMap<>();
    private Map<Integer, Long> reported = Map.of();

    OffsetReport(GroupOffsets group, String mirror) {
        this.group = group;
        this.mirror = mirror;
    }

    /** Reports up to where the replica is flushed. */
    void flushed(Position flushed, Chain chain) {
        report(offsets(flushed, chain));
    }

    /**
     * Reports a replica that has flushed all it has read, and, if that is all there is, what stands behind the last
     * record of each log. The end of the log being read is asked last: if nothing stands between it and what was read,
     * then no seal does, and so no record of a later epoch was in the other logs when their ends were asked.
     */
    void level(Position flushed, Chain chain, long passedOffset) {
        Map<Integer, Long> offsets = offsets(flushed, chain);
        try {
            Map<Integer, Long> ends = group.endOffsets(offsets.keySet(), ASK_BOUND);
            long end = group.endOffsets(List.of(chain.nextLog()), ASK_BOUND).get(chain.nextLog());
            if (passedOffset >= end) {
                offsets.putAll(ends);
                offsets.put(chain.nextLog(), passedOffset);
            }
        } catch (TimeoutException e) {
            LOG.info("mirror={} no broker told the ends of the logs, the next beat asks again", mirror);
        }
        report(offsets);
    }

    /** Repeats the last report, so that the group does not expire on the broker. */
    void renew() {
        commit(furthest);
    }

    private static Map<Integer, Long> offsets(Position flushed, Chain chain) {
        Map<Integer, Long> offsets = new HashMap<>();
        for (EpochTrail trail : chain.trails()) {
            if (trail.epoch() <= flushed.epoch().lastSealed()) {
                trail.seal().ifPresent(seal -> offsets.put(trail.log(), seal.endOffset()));
            }
        }
        offsets.put(flushed.nextLog(), flushed.nextOffset());
        return offsets;
    }

    /** A log is never read backwards, and so is no report: what was level stays it when its log is sealed. */
    private void report(Map<Integer, Long> offsets) {
        offsets.forEach((log, offset) -> furthest.merge(log, offset, Math::max));
        if (!furthest.equals(reported)) {
            reported = Map.copyOf(furthest);
            commit(reported);
        }
    }

    private void commit(Map<Integer, Long> offsets) {
        group.commit(offsets, (committed, failure) -> {
            if (failure != null) {
                LOG.info(
                        "mirror={} offsets were not committed, a later commit repeats it: {}",
                        mirror,
                        failure.getMessage());
                reported = Map.of();
            }
        });
    }
}
