package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FlushTriggersTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final long NOW_NS = Math.subtractExact(Long.MAX_VALUE, SECOND_NS / 2);

    private final FlushTriggers triggers = new FlushTriggers(1000, Duration.ofSeconds(1));

    @Test
    void nothingDirtyIsNeverDue() {
        assertThat(triggers.due(0, NOW_NS)).isFalse();
        assertThat(triggers.due(0, NOW_NS + 10 * SECOND_NS)).isFalse();
    }

    @Test
    void enoughDirtyIsDue() {
        assertThat(triggers.due(999, NOW_NS)).isFalse();
        assertThat(triggers.due(1000, NOW_NS)).isTrue();
    }

    @Test
    void theOldestDirtyBlockIsFlushedWhenOldEnoughAlthoughTheClockWraps() {
        triggers.due(1, NOW_NS);
        assertThat(triggers.due(2, NOW_NS + SECOND_NS - 1)).isFalse();
        assertThat(triggers.due(2, NOW_NS + SECOND_NS)).isTrue();
        triggers.reset();
        assertThat(triggers.due(1, NOW_NS + SECOND_NS)).as("newly dirty").isFalse();
        assertThat(triggers.due(1, NOW_NS + 2 * SECOND_NS)).isTrue();
    }

    @Test
    void anOrderFlushesWhatIsDirtyAndIsCarriedOutOnce() {
        triggers.order();
        assertThat(triggers.due(1, NOW_NS)).isTrue();
        triggers.reset();
        assertThat(triggers.due(1, NOW_NS)).isFalse();
    }

    @Test
    void anOrderToFlushNothingIsForgotten() {
        triggers.order();
        assertThat(triggers.due(0, NOW_NS)).isFalse();
        assertThat(triggers.due(1, NOW_NS)).isFalse();
    }

    @Test
    void aFullCacheIsDueAtOnce() {
        triggers.press();
        assertThat(triggers.due(1, NOW_NS)).isTrue();
    }

    @Test
    void aHeldReplicaIsFlushedOnOrdersOnlyUntilResumed() {
        triggers.hold(true);
        triggers.press();
        assertThat(triggers.due(5000, NOW_NS)).isFalse();
        assertThat(triggers.due(5000, NOW_NS + 10 * SECOND_NS)).isFalse();
        triggers.order();
        assertThat(triggers.due(5000, NOW_NS)).isTrue();
        triggers.reset();
        assertThat(triggers.due(5000, NOW_NS)).isFalse();
        triggers.hold(false);
        assertThat(triggers.due(5000, NOW_NS)).isTrue();
    }
}
