package io.ringmirror.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemoWorkTest {
    @Test
    void progressNeverGoesBackHoweverLongARoundAndItsFlushTake() {
        double last = 0;
        for (int round = 0; round < DemoWork.ROUNDS; round++) {
            for (double ofRound : new double[] {0, 0.4, 1, 7.5}) {
                double done = DemoWork.done(round, ofRound);
                assertThat(done).isBetween(last, (round + 1.0) / DemoWork.ROUNDS);
                last = done;
            }
        }
        assertThat(last).isEqualTo(1);
    }
}
