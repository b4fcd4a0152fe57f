package io.ringmirror.replica;

import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Leads a chain along a ring, as a follower without volumes would. */
final class Walk {
    private final MemoryRing ring;
    private final Chain chain;
    private final List<LogRecord> applied = new ArrayList<>();

    Walk(MemoryRing ring, Chain chain) {
        this.ring = ring;
        this.chain = chain;
    }

    /** A chain before the first record. */
    static Chain origin() {
        return new Chain(Position.origin(RingScript.MIRROR_ID, "cluster", "topic"), List.of());
    }

    /** Takes everything there is. */
    Walk toEnd() {
        while (step(Integer.MAX_VALUE) > 0) {}
        return this;
    }

    /** Takes so many entries at the most. */
    Walk entries(int most) {
        int left = most;
        int taken;
        while (left > 0 && (taken = step(left)) > 0) {
            left -= taken;
        }
        return this;
    }

    Chain chain() {
        return chain;
    }

    List<LogRecord> applied() {
        return applied;
    }

    private int step(int most) {
        RingReader reader = ring.reader();
        reader.seek(chain.nextLog(), chain.nextOffset());
        int taken = 0;
        for (RingEntry entry : reader.poll(Duration.ZERO)) {
            Chain.Step step = chain.examine(entry);
            chain.take(entry, step);
            taken += step == Chain.Step.BEYOND ? 0 : 1;
            if (step == Chain.Step.APPLY) {
                applied.add(entry.record());
            }
            if (step == Chain.Step.SEAL || taken == most) {
                return taken;
            }
        }
        return taken;
    }
}
