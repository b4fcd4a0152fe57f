package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SleeperTest {
    private static final Duration FOR_EVER = Duration.ofDays(1);

    @Test
    void aWakeBeforeTheSleepIsRemembered() {
        Sleeper sleeper = new Sleeper();
        sleeper.wake();
        sleeper.wake();
        sleeper.sleep(FOR_EVER);
        assertThat(sleeper).isNotNull();
    }

    @Test
    void whatIsHandedOverBeforeAWakeIsNeverMissed() throws Exception {
        int items = 100_000;
        Sleeper sleeper = new Sleeper();
        AtomicInteger handedOver = new AtomicInteger();
        CompletableFuture<Void> owner = CompletableFuture.runAsync(() -> {
            while (handedOver.get() < items) {
                sleeper.sleep(FOR_EVER);
            }
        });
        for (int item = 0; item < items; item++) {
            handedOver.incrementAndGet();
            sleeper.wake();
        }
        owner.get(50, TimeUnit.SECONDS);
    }
}
