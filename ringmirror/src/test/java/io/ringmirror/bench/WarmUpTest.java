package io.ringmirror.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a contender is warmed up. */
class WarmUpTest {
    private static final Duration SLICE = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofHours(1);

    private final List<Duration> runs = new ArrayList<>();
    private final Contender contender = new Contender(
            "a",
            duration -> {
                runs.add(duration);
                return Measurement.of(Figure.OPERATIONS, 1);
            },
            duration -> {
                throw new AssertionError("not measured while it warms up");
            });

    @Test
    void itRunsUntilCompilersRest() throws Exception {
        Iterator<Double> busy = List.of(2.0, 0.8, 0.3, 0.05).iterator(); // the first is of what was before

        new WarmUp(SLICE, LONG, busy::next).of(contender);

        assertThat(runs).containsExactly(SLICE, SLICE, SLICE);
    }

    @Test
    void compilersThatNeverRestDoNotKeepItPastItsBound() throws Exception {
        new WarmUp(SLICE, Duration.ZERO, () -> 1).of(contender);

        assertThat(runs).containsExactly(SLICE);
    }

    @Test
    void aColdContenderIsNotRun() throws Exception {
        new WarmUp(SLICE, LONG, () -> 0)
                .of(Contender.cold("cold", contender.warmUp().orElseThrow()));

        assertThat(runs).isEmpty();
    }
}
