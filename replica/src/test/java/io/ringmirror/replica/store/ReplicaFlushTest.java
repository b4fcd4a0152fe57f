package io.ringmirror.replica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.volume.FrozenCache;
import io.ringmirror.volume.MemoryImage;
import io.ringmirror.volume.VolumeImage;
import io.ringmirror.volume.WriteCache;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A flush that fails or is cut short at any step (invariant I2). What a sequence number changes is fixed. */
class ReplicaFlushTest {
    private static final int SIZE_BYTES = 32 * 4096;

    /** Where a flush is made to fail. */
    enum Fault {
        MARK_DIRTY,
        FIRST_WRITE,
        LATER_WRITE,
        DISCARD,
        FORCE_OF_FIRST_IMAGE,
        FORCE_OF_SECOND_IMAGE,
        ADVANCE
    }

    @TempDir
    private Path directory;

    private final MemoryImage first = new MemoryImage(SIZE_BYTES);
    private final MemoryImage second = new MemoryImage(SIZE_BYTES);
    private final List<VolumeImage> images = List.of(first, second);
    private FaultyCheckpoints checkpoints;

    @BeforeEach
    void make() throws IOException {
        Checkpoint origin = Checkpoint.origin(Positions.REPLICA_ID, Role.DESTINATION, Positions.origin());
        checkpoints = new FaultyCheckpoints(PositionFile.create(directory.resolve("position"), origin));
    }

    @Test
    void aFlushBringsTheImagesToItsTarget() throws IOException {
        flush(frozen(1, 10), 10).run();

        crash();
        imagesHold(10);
        assertThat(checkpoints.checkpoint().position()).isEqualTo(Positions.at(1, 1, 10));
        assertThat(checkpoints.checkpoint().dirtyTo()).isEmpty();
        assertThat(checkpoints.checkpoint().trails()).isEqualTo(Positions.trails());
    }

    @Test
    void aFlushOfNothingTouchesNoImage() throws IOException {
        flush(new WriteCache(1 << 20, 2).freeze(), 10).run();

        assertThat(first.calls(MemoryImage.Step.FORCE)).isZero();
        assertThat(checkpoints.checkpoint().position().sequence()).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource
    void aFlushThatFailedWritesEverythingAgainF9F10(Fault fault) throws IOException {
        flush(frozen(1, 10), 10).run();
        ReplicaFlush flush = flush(frozen(11, 40), 40);
        fail(fault);
        assertThatIOException().isThrownBy(flush::run).withMessageContaining("told to fail");
        assertThat(checkpoints.checkpoint().position().sequence()).isEqualTo(10);

        flush.run();

        crash();
        imagesHold(40);
        assertThat(checkpoints.checkpoint().position().sequence()).isEqualTo(40);
        assertThat(checkpoints.checkpoint().dirtyTo()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aTornFlushIsFinishedByReplayF3(Fault fault) throws IOException {
        for (int seed = 0; seed < 8; seed++) {
            int start = seed * 100;
            flush(frozen(start + 1, start + 10), start + 10).run();
            fail(fault);
            assertThatIOException()
                    .isThrownBy(() ->
                            flush(frozen(start + 11, start + 40), start + 40).run());

            tornCrash(new Random(seed));
            Checkpoint after = checkpoints.checkpoint();
            assertThat(after.position().sequence()).isEqualTo(start + 10L);
            if (fault == Fault.MARK_DIRTY) {
                imagesHold(start + 10);
            } else {
                assertThat(after.dirtyTo())
                        .contains(DirtyTo.of(
                                Positions.at(1, 1, start + 10), Positions.at(1, 1, start + 40), Positions.trails()));
            }

            flush(frozen(start + 11, start + 25), start + 25).run();
            if (fault != Fault.MARK_DIRTY) {
                assertThat(checkpoints.checkpoint().dirtyTo())
                        .as("only part of the way")
                        .isPresent();
            }
            flush(frozen(start + 26, start + 100), start + 100).run();
            crash();
            imagesHold(start + 100);
            assertThat(checkpoints.checkpoint().dirtyTo()).isEmpty();
        }
    }

    private ReplicaFlush flush(FrozenCache frozen, long sequence) {
        return new ReplicaFlush(frozen, Positions.at(1, 1, sequence), Positions.trails(), images, checkpoints);
    }

    private void fail(Fault fault) {
        switch (fault) {
            case MARK_DIRTY -> checkpoints.failMarkDirty = true;
            case FIRST_WRITE -> first.failOnce(MemoryImage.Step.WRITE, 0);
            case LATER_WRITE -> second.failOnce(MemoryImage.Step.WRITE, 1);
            case DISCARD -> second.failOnce(MemoryImage.Step.DISCARD, 0);
            case FORCE_OF_FIRST_IMAGE -> first.failOnce(MemoryImage.Step.FORCE, 0);
            case FORCE_OF_SECOND_IMAGE -> second.failOnce(MemoryImage.Step.FORCE, 0);
            case ADVANCE -> checkpoints.failAdvance = true;
        }
    }

    private void crash() throws IOException {
        first.reopen();
        second.reopen();
        checkpoints = new FaultyCheckpoints(PositionFile.open(directory.resolve("position")));
    }

    private void tornCrash(Random random) throws IOException {
        first.reopenTorn(random);
        second.reopenTorn(random);
        crash();
    }

    private void imagesHold(int sequence) {
        byte[][] expected = new byte[2][SIZE_BYTES];
        for (int number = 1; number <= sequence; number++) {
            Change change = Change.of(number);
            int end = change.offsetBytes + change.lengthBytes;
            Arrays.fill(expected[change.volume], change.offsetBytes, end, change.discard ? 0 : (byte) number);
        }
        assertThat(first.content()).isEqualTo(expected[0]);
        assertThat(second.content()).isEqualTo(expected[1]);
    }

    private static FrozenCache frozen(int fromSequence, int toSequence) {
        WriteCache cache = new WriteCache(1 << 20, 2);
        for (int number = fromSequence; number <= toSequence; number++) {
            Change change = Change.of(number);
            if (change.discard) {
                cache.zero(change.volume, change.offsetBytes, change.lengthBytes, true);
            } else {
                byte[] data = new byte[change.lengthBytes];
                Arrays.fill(data, (byte) number);
                cache.write(change.volume, change.offsetBytes, ByteBuffer.wrap(data));
            }
        }
        return cache.freeze();
    }

    /** What a sequence number changes: the same wherever it is applied. */
    private record Change(int volume, int offsetBytes, int lengthBytes, boolean discard) {
        static Change of(int sequence) {
            Random random = new Random(sequence * 7919L);
            int offset = random.nextInt(SIZE_BYTES - 5000);
            return new Change(sequence % 2, offset, 1 + random.nextInt(5000), sequence % 5 == 0);
        }
    }

    /** A position file that can be told to fail: before the file is touched, as when the disk refuses. */
    private static final class FaultyCheckpoints implements Checkpoints {
        private final PositionFile file;
        private boolean failMarkDirty;
        private boolean failAdvance;

        FaultyCheckpoints(PositionFile file) {
            this.file = file;
        }

        @Override
        public Checkpoint checkpoint() {
            return file.checkpoint();
        }

        @Override
        public void become(Role role, long epoch) throws IOException {
            file.become(role, epoch);
        }

        @Override
        public void markDirty(DirtyTo to) throws IOException {
            if (failMarkDirty) {
                failMarkDirty = false;
                throw new IOException("told to fail: mark dirty");
            }
            file.markDirty(to);
        }

        @Override
        public void advance(Position position, List<EpochTrail> trails) throws IOException {
            if (failAdvance) {
                failAdvance = false;
                throw new IOException("told to fail: advance");
            }
            file.advance(position, trails);
        }
    }
}
