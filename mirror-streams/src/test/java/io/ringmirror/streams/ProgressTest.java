package io.ringmirror.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tracker that runs and does not get on is told from one that has nothing to do. */
class ProgressTest {
    private long nowNanos = Long.MAX_VALUE - 5;
    private final Progress progress = new Progress(() -> nowNanos);

    @BeforeEach
    void runs() {
        progress.running(true);
    }

    @Test
    void oneThatTakesUpItsWorkForTooLongDoesNotGetOn() {
        nowNanos += 10 * Progress.START_BOUND_NANOS;
        progress.running(false);
        nowNanos += Progress.START_BOUND_NANOS;
        progress.running(false);
        assertThat(progress.stuck(0)).isEmpty();

        nowNanos++;
        assertThat(progress.stuck(0)).startsWith("it takes up its work since 300 s");
        progress.running(true);
        assertThat(progress.stuck(0)).isEmpty();
    }

    @Test
    void oneThatStandsByGetsOn() {
        nowNanos += 10 * Progress.BOUND_NANOS;

        assertThat(progress.stuck(0)).isEmpty();
    }

    @Test
    void oneWhoseThreadHangsDoesNotGetOn() {
        progress.taskBegins();
        nowNanos += Progress.BOUND_NANOS;
        assertThat(progress.stuck(0)).isEmpty();

        nowNanos++;

        assertThat(progress.stuck(0)).startsWith("it has done nothing for 120 s");
        progress.roundDone();
        assertThat(progress.stuck(0)).isEmpty();
    }

    @Test
    void oneWhoseTransactionHangsDoesNotGetOn() {
        progress.taskBegins();
        progress.told();
        assertThat(progress.stuck(1)).isEmpty();
        progress.told();
        nowNanos += Progress.BOUND_NANOS + 1;
        progress.roundDone();

        assertThat(progress.stuck(1)).startsWith("nothing that it told was committed for 120 s");
        assertThat(progress.stuck(2)).isEmpty();
    }

    @Test
    void oneThatToldNothingNewNeedNotCommit() {
        progress.taskBegins();
        progress.told();
        assertThat(progress.stuck(1)).isEmpty();
        nowNanos += 2 * Progress.BOUND_NANOS;
        progress.roundDone();

        assertThat(progress.stuck(1)).isEmpty();
    }
}
