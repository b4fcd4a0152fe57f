package io.ringmirror.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void onlyWhatSomebodyWantedToWriteStandsStill() {
        Progress progress = new Progress();
        assertThat(progress.longest()).isZero();
        assertThat(progress.standing()).isZero();

        progress.wanted(true);
        progress.acknowledged();
        Duration running = progress.longest();
        progress.wanted(false);
        Duration after = progress.longest();

        assertThat(running).isPositive();
        assertThat(after).isGreaterThanOrEqualTo(running).isEqualTo(progress.longest());
        assertThat(progress.count()).isEqualTo(1);
    }

    @Test
    void waitsForMoreWithinItsBound() throws Exception {
        Progress progress = new Progress();

        assertThat(progress.await(0, Duration.ofMillis(1))).isFalse();
        progress.acknowledged();
        assertThat(progress.await(0, Duration.ofSeconds(10))).isTrue();
    }
}
