package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CadenceTest {
    @Test
    void isDueOnceInEachIntervalFromTheFirstCallOn() {
        Cadence cadence = new Cadence(Duration.ofNanos(10));
        long start = Long.MAX_VALUE - 5;
        assertThat(cadence.due(start)).isFalse();
        assertThat(cadence.due(start + 9)).isFalse();
        assertThat(cadence.due(start + 10)).isTrue();
        assertThat(cadence.due(start + 10)).isFalse();
        assertThat(cadence.due(start + 35)).as("late, and not made up for").isTrue();
        assertThat(cadence.due(start + 40)).isFalse();
        assertThat(cadence.due(start + 45)).isTrue();
    }
}
