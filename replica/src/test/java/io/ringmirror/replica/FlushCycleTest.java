package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.replica.store.Checkpoint;
import io.ringmirror.replica.store.Checkpoints;
import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.ReplicaException;
import io.ringmirror.replica.store.Use;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.volume.MemoryImage;
import io.ringmirror.volume.WriteCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FlushCycleTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final int SIZE_BYTES = 16 * 4096;

    private final MemoryImage image = new MemoryImage(SIZE_BYTES);
    private final WriteCache cache = new WriteCache(WriteCache.MIN_CAPACITY_BYTES, 1);
    private final MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final AtomicInteger wakes = new AtomicInteger();
    private final FlushCycle flushes =
            new FlushCycle("mirror", cache, List.of(image), checkpoints, tasks::add, wakes::incrementAndGet);
    private Position target;

    @BeforeEach
    void writeSomething() {
        MemoryRing ring = new MemoryRing(2);
        RingScript script = new RingScript(ring);
        script.write();
        target = new Walk(ring, Walk.origin()).toEnd().chain().position();
        put(0, 1);
    }

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void aFlushIsDoneWhenItIsDurable() {
        flushes.freeze();
        assertThat(flushes.poll(0))
                .as("not started before its records are in the log")
                .isEmpty();
        flushes.start(target, List.of());
        assertThat(flushes.idle()).isFalse();
        assertThat(flushes.poll(0)).isEmpty();
        assertThat(wakes).hasValue(0);

        tasks.remove().run();
        assertThat(wakes).hasValue(1);
        FlushCycle.Done done = flushes.poll(0).orElseThrow();
        assertThat(done.position()).isEqualTo(target);
        assertThat(done.bytes()).isEqualTo(4096);
        assertThat(flushes.idle()).isTrue();
        image.reopen();
        assertThat(image.content()[0]).isEqualTo((byte) 1);
        assertThat(checkpoints.calls).containsExactly("dirty", "advance");
    }

    @Test
    void readsSeeTheFrozenHalfUntilItIsDurable() {
        flushes.freeze();
        flushes.start(target, List.of());
        put(8, 2);
        assertThat(cached(0)).isEqualTo((byte) 1);
        assertThat(cached(8)).isEqualTo((byte) 2);
        tasks.remove().run();
        assertThat(cached(0)).isEqualTo((byte) 1);
        flushes.poll(0);
        assertThat(cached(0)).as("in the image now").isZero();
        assertThat(cached(8)).isEqualTo((byte) 2);
    }

    @Test
    void aForceThatFailedIsFollowedByWritingEverythingAgainAfterAPauseF9F10() {
        long now = Long.MAX_VALUE - 10;
        image.failOnce(MemoryImage.Step.FORCE, 0);
        flushes.freeze();
        flushes.start(target, List.of());
        tasks.remove().run();
        assertThat(flushes.poll(now)).isEmpty();
        assertThat(flushes.failure()).contains("told to fail: FORCE");
        assertThat(flushes.idle()).isFalse();
        assertThat(checkpoints.calls).containsExactly("dirty");

        assertThat(flushes.poll(now + SECOND_NS - 1)).isEmpty();
        assertThat(tasks).isEmpty();
        assertThat(flushes.poll(now + SECOND_NS)).isEmpty();
        tasks.remove().run();
        assertThat(flushes.poll(now + SECOND_NS)).isPresent();
        assertThat(flushes.failure()).isEmpty();
        assertThat(image.calls(MemoryImage.Step.WRITE)).isEqualTo(2);
        image.reopen();
        assertThat(image.content()[0]).isEqualTo((byte) 1);
    }

    @Test
    void whileAFlushFailsTheActiveHalfGoesOnAndReadsSeeBoth() {
        image.failOnce(MemoryImage.Step.WRITE, 0);
        flushes.freeze();
        flushes.start(target, List.of());
        tasks.remove().run();
        flushes.poll(0);
        put(8192, 3);
        assertThat(cached(0)).isEqualTo((byte) 1);
        assertThat(cached(8192)).isEqualTo((byte) 3);
        assertThatThrownBy(flushes::freeze).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aReplicaThatCannotBeUsedIsNotTriedAgain() {
        checkpoints.failure = new ReplicaException("position file is at epoch 9");
        flushes.freeze();
        flushes.start(target, List.of());
        tasks.remove().run();
        assertThatThrownBy(() -> flushes.poll(0))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("position file is at epoch 9");
    }

    @Test
    void aMistakeOfOursStopsTheMirrorToo() {
        checkpoints.mistake = new IllegalArgumentException("no such volume");
        flushes.freeze();
        flushes.start(target, List.of());
        tasks.remove().run();
        assertThatThrownBy(() -> flushes.poll(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("mirror", "no such volume");
        flushes.awaitQuiet();
    }

    @Test
    @Timeout(10)
    void aFlushThatIsKeptFromBeginningIsWaitedForByNobodyAndMayBeFinishedLater() throws IOException {
        flushes.freeze();
        flushes.start(target, List.of());
        flushes.awaitQuiet();
        flushes.awaitQuiet();
        tasks.remove().run();
        assertThat(checkpoints.calls).isEmpty();

        assertThatThrownBy(flushes::finish).isInstanceOf(IOException.class).hasMessageContaining("kept from beginning");
        assertThat(flushes.finish().orElseThrow().position()).isEqualTo(target);
    }

    @Test
    void aFlushBeforeServingIsDoneOnTheCallersThread() throws IOException {
        flushes.freeze();
        flushes.start(target, List.of());
        assertThat(flushes.finish().orElseThrow().bytes()).isEqualTo(4096);
        assertThat(flushes.idle()).isTrue();
        assertThat(cache.dirtyBytes()).isZero();
        tasks.remove().run();
        assertThat(image.calls(MemoryImage.Step.FORCE)).as("it runs once").isEqualTo(1);
        assertThat(image.content()[0]).isEqualTo((byte) 1);
    }

    @Test
    void aFlushOfNothingMovesThePositionAndMarksNothingDirty() {
        cache.freeze();
        cache.thaw();
        flushes.freeze();
        flushes.start(target, List.of());
        tasks.remove().run();
        assertThat(flushes.poll(0)).isPresent();
        assertThat(checkpoints.calls).containsExactly("advance");
        assertThat(image.calls(MemoryImage.Step.FORCE)).isZero();
    }

    private void put(int offsetBytes, int value) {
        assertThat(cache.write(0, offsetBytes, ByteBuffer.wrap(new byte[] {(byte) value})))
                .isTrue();
    }

    private byte cached(int offsetBytes) {
        ByteBuffer byteThere = ByteBuffer.allocate(1);
        cache.read(0, offsetBytes, byteThere, (offset, length, index) -> {});
        return byteThere.get(0);
    }

    /** Notes what is stated, and fails when told. */
    private static final class MemoryCheckpoints implements Checkpoints {
        private final List<String> calls = new ArrayList<>();
        private ReplicaException failure;
        private RuntimeException mistake;

        @Override
        public Checkpoint checkpoint() {
            return new Checkpoint(
                    new UUID(1, 1),
                    Role.DESTINATION,
                    0,
                    Use.OPEN,
                    Walk.origin().position(),
                    Optional.empty(),
                    0,
                    List.of());
        }

        @Override
        public void become(Role role, long epoch) {
            calls.add("become");
        }

        @Override
        public void markDirty(DirtyTo to) {
            calls.add("dirty");
        }

        @Override
        public void advance(Position position, List<EpochTrail> trails) throws ReplicaException {
            if (failure != null) {
                throw failure;
            }
            if (mistake != null) {
                throw mistake;
            }
            calls.add("advance");
        }
    }
}
