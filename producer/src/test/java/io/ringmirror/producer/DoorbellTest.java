package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.producer.Bench.Answer;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.schemas.Definition;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who works on a batch of requests, and when. */
@Timeout(60)
class DoorbellTest {
    private static final Duration LONGER_THAN_THE_TEST = Duration.ofHours(1);
    private static final int LONG_BATCH_BYTES = 1 << 20;

    @TempDir
    Path directory;

    private final Sleeper sleeper = new Sleeper();
    private final Turn turn = new Turn(System::nanoTime);
    private final Doorbell doorbell = new Doorbell(sleeper, turn);

    @Test
    void aShortBatchIsDoneByItsCallerAtItsEnd() throws Exception {
        Definition.Ring ring = new Definition.Ring(2, 8, 1L << 40);
        try (Bench bench =
                new Bench(directory, new MemoryRing(2), Bench.definition(ring), Bench.settings(AckMode.WRITE))) {
            bench.settle();
            bench.ring.appendAtOnce(true);
            BlockDevice device = bench.devices.get(0).forBatches();
            Answer write = new Answer();
            Answer flush = new Answer();
            device.write(0, ByteBuffer.allocate(Bench.BLOCK), false, write);
            device.flush(flush);
            assertThat(write.given()).isFalse();
            assertThat(flush.given()).isFalse();

            device.endBatch();
            assertThat(write.good()).isTrue();
            assertThat(flush.good()).isTrue();
        }
    }

    @Test
    void aRequestOutsideABatchWakesTheOwner() {
        doorbell.ring(0);

        sleeper.sleep(LONGER_THAN_THE_TEST);
    }

    @Test
    void aLongBatchWakesTheOwnerBeforeItsEnd() {
        doorbell.forBatches().ring(LONG_BATCH_BYTES);

        sleeper.sleep(LONGER_THAN_THE_TEST);
    }

    @Test
    void aShortBatchWakesTheOwnerIfTheTurnIsTaken() {
        Doorbell batches = doorbell.forBatches();
        batches.ring(1);
        assertThat(turn.tryTake()).isTrue();

        batches.endBatch();
        sleeper.sleep(LONGER_THAN_THE_TEST);
        turn.give();
    }

    @Test
    void theThreadThatTellsTheLastOutcomeGoesOnWithIt() throws Exception {
        Definition.Ring ring = new Definition.Ring(2, 8, 1L << 40);
        try (Bench bench =
                new Bench(directory, new MemoryRing(2), Bench.definition(ring), Bench.settings(AckMode.WRITE))) {
            bench.settle();
            Answer write = new Answer();
            bench.devices.get(0).write(0, ByteBuffer.allocate(Bench.BLOCK), false, write);
            bench.step();

            bench.ring.appendLast();
            assertThat(write.good()).isTrue();
        }
    }

    @Test
    void anOutcomeThatIsNotTheLastWakesTheOwner() {
        doorbell.outcome(false);

        sleeper.sleep(LONGER_THAN_THE_TEST);
    }

    @Test
    void theLastOutcomeWakesTheOwnerIfTheTurnIsTaken() {
        assertThat(turn.tryTake()).isTrue();

        doorbell.outcome(true);
        sleeper.sleep(LONGER_THAN_THE_TEST);
        turn.give();
    }
}
