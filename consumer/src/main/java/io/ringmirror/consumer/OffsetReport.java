package io.ringmirror.consumer;

import io.ringmirror.replica.Chain;
import io.ringmirror.replica.KafkaRingReader;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.EpochTrail;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits offsets so that standard tools show how far behind a destination is. Nothing is ever read from them: the
 * position file rules. While the mirror is level, transaction markers behind the last record are passed too, so that the
 * lag shown is 0. The owner's thread only.
 */
final class OffsetReport {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetReport.class);

    private final KafkaRingReader reader;
    private final String mirror;
    private Map<Integer, Long> reported = Map.of();

    OffsetReport(KafkaRingReader reader, String mirror) {
        this.reader = reader;
        this.mirror = mirror;
    }

    /** Reports up to where the replica is flushed. */
    void flushed(Position flushed, Chain chain) {
        report(offsets(flushed, chain));
    }

    /** Reports a replica that holds all there is, and what stands behind the last record of each log but no record. */
    void level(Position flushed, Chain chain, long passedOffset) {
        Map<Integer, Long> offsets = offsets(flushed, chain);
        reader.endOffsets(offsets.keySet()).forEach((log, end) -> offsets.merge(log, end, Math::max));
        offsets.put(chain.nextLog(), passedOffset);
        report(offsets);
    }

    /** Repeats the last report, so that the group does not expire on the broker. */
    void renew() {
        commit(reported);
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

    private void report(Map<Integer, Long> offsets) {
        if (!offsets.equals(reported)) {
            reported = offsets;
            commit(offsets);
        }
    }

    private void commit(Map<Integer, Long> offsets) {
        reader.commit(offsets, (committed, failure) -> {
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
