package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.producer.Bench.Answer;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.replica.OwnerThread;
import io.ringmirror.schemas.Definition;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads between the owner's steps, and never within one. */
@Timeout(60)
class TurnTest {
    private static final int LONG_READ_BYTES = 128 << 10;

    @TempDir
    Path directory;

    private Bench bench;

    @BeforeEach
    void start() throws Exception {
        Definition.Ring ring = new Definition.Ring(2, 8, 1L << 40);
        bench = new Bench(directory, new MemoryRing(2), Bench.definition(ring), Bench.settings(AckMode.WRITE));
        bench.write(0, 0, Bench.BLOCK, 7);
        bench.settle();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Answer read(ByteBuffer target) {
        Answer answer = new Answer();
        bench.devices.get(0).read(0, target, answer);
        return answer;
    }

    @Test
    void aShortReadOfCachedBlocksIsAnsweredWithoutAStep() {
        ByteBuffer target = ByteBuffer.allocate(2);

        assertThat(read(target).good()).isTrue();
        assertThat(target.array()).containsExactly(7, 7);
    }

    @Test
    void whatTheImageHasNotInMemoryIsLeftToTheDisksThread() {
        Answer answer = new Answer();
        bench.devices.get(0).read(Bench.BLOCK, ByteBuffer.allocate(2), answer); // a heap buffer is never filled so

        assertThat(answer.given()).isFalse();
        bench.disk.runAll();
        assertThat(answer.good()).isTrue();
    }

    @Test
    void aLongReadIsTheOwners() throws Exception {
        Answer answer = read(ByteBuffer.allocate(LONG_READ_BYTES));

        bench.disk.runAll();
        assertThat(answer.given()).isFalse();
        bench.step();
        bench.disk.runAll();
        assertThat(answer.good()).isTrue();
    }

    @Test
    void aReadAskedWithinAStepWaitsForTheNextOne() throws Exception {
        Answer read = new Answer();
        bench.devices.get(0).write(0, ByteBuffer.allocate(1), false, failure -> {
            bench.devices.get(0).read(0, ByteBuffer.allocate(1), read);
            assertThat(read.given()).isFalse();
        });
        bench.settle();

        assertThat(read.good()).isTrue();
    }

    @Test
    void theOwnersThreadWaitsForAReadersTurnAndAReaderForNone() throws Exception {
        Turn turn = new Turn(System::nanoTime);
        StepsOnly steps = new StepsOnly();
        OwnerThread.Owner owner = turn.taking(steps);
        assertThat(turn.tryTake()).isTrue();
        assertThat(turn.tryTake()).isFalse();
        assertThat(turn.tryStep()).isFalse();
        Thread thread = new Thread(() -> {
            try {
                owner.step(0);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(steps.count).isZero();

        turn.give();
        thread.join();
        assertThat(steps.count).isEqualTo(1);
        assertThat(turn.tryTake()).isTrue();
        turn.give();
    }

    @Test
    void aStepOnAnotherThreadIsRepeatedOnceAndThenLeftToTheOwners() {
        Turn turn = new Turn(System::nanoTime);
        StepsOnly steps = new StepsOnly();
        turn.taking(steps);

        assertThat(turn.tryStep()).as("nothing more to do").isTrue();
        assertThat(steps.count).isEqualTo(1);
        steps.moreToDo = true;
        assertThat(turn.tryStep()).isFalse();
        assertThat(steps.count).isEqualTo(3);
    }

    @Test
    void whatAStepOnAnotherThreadFailedWithEndsTheOwnersThread() {
        Turn turn = new Turn(System::nanoTime);
        StepsOnly steps = new StepsOnly();
        OwnerThread.Owner owner = turn.taking(steps);
        steps.failure = new IllegalStateException("told to fail");

        assertThat(turn.tryStep()).isFalse();
        assertThat(turn.tryStep()).isFalse();
        assertThat(steps.count).isEqualTo(1);
        assertThatThrownBy(() -> owner.step(0)).isSameAs(steps.failure);
        assertThatThrownBy(() -> owner.finish(0)).isSameAs(steps.failure);
        assertThat(steps.count).isEqualTo(1);
    }

    @Test
    void noReaderGetsATurnOnceTheOwnerFinishes() throws Exception {
        bench.role.owner().finish(0);

        assertThat(read(ByteBuffer.allocate(1)).refusal()).contains(DeviceException.Kind.SHUTDOWN);
    }

    /** Counts its steps. */
    private static final class StepsOnly implements OwnerThread.Owner {
        private RuntimeException failure;
        private boolean moreToDo;
        private int count;

        @Override
        public boolean step(long nowNs) {
            count++;
            if (failure != null) {
                throw failure;
            }
            return moreToDo;
        }

        @Override
        public boolean finish(long nowNs) {
            return true;
        }

        @Override
        public void end(Optional<Throwable> outcome) {}
    }
}
