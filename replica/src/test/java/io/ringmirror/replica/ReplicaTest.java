package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.LogBody;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaTest {
    private final MemoryRing ring = new MemoryRing(2);
    private final RingScript script = new RingScript(ring);

    @TempDir
    private Path directory;

    @Test
    void anInterruptedFlushIsFollowedPastBeforeTheReplicaIsShownI2() throws IOException {
        script.write();
        script.write();
        interruptFlush(new DirtyTo(1, 2, 1, Optional.empty()));

        try (Replica replica = Replicas.open(directory, 1 << 20)) {
            assertThat(replica.readable()).isFalse();
            follow(replica, 2);
            replica.flushes().freeze();
            assertThat(replica.readable())
                    .as("a flush that stops short of the interrupted one mends nothing")
                    .isFalse();
            replica.cache().thaw();
        }
        try (Replica replica = Replicas.open(directory, 1 << 20)) {
            follow(replica, 3);
            assertThat(replica.readable()).isTrue();
            replica.flushNow();
            assertThat(replica.readable()).isTrue();
        }
        try (Replica replica = Replicas.open(directory, 1 << 20)) {
            assertThat(replica.readable()).isTrue();
            assertThat(replica.flushed().sequence()).isEqualTo(2);
        }
    }

    @Test
    void whatAReplicaSaysOfItselfIsInTheOrderOfTheInequality() throws IOException {
        script.write();
        script.seal();
        script.write();
        try (Replica replica = Replicas.open(directory, 1 << 20)) {
            follow(replica, 3);
            replica.flushNow();
            follow(replica, 2);
            Event.ReplicaState state = replica.state(Event.Role.DESTINATION, 0);
            assertThat(state.flushedEpoch()).isEqualTo(1);
            assertThat(state.flushedSequence()).isEqualTo(1);
            assertThat(state.appliedEpoch()).isEqualTo(2);
            assertThat(state.appliedSequence()).isEqualTo(2);
            assertThat(state.flushes()).isEqualTo(1);
            assertThat(state.dirtyBytes()).isEqualTo(4096);
            assertThat(state.trails()).hasSize(2);
        }
    }

    /** By which the tracker knows how old is what others lack. */
    @Test
    void theOldestRecordThatIsNotFlushedIsNamedByItsLogTime() throws IOException {
        RingEntry first = script.write();
        script.write();
        RingEntry third = script.write();
        try (Replica replica = Replicas.open(directory, 1 << 20)) {
            assertThat(unflushedMs(replica)).isZero();
            follow(replica, 3);
            assertThat(unflushedMs(replica)).isEqualTo(first.timeMs());

            replica.beginFlush();
            follow(replica, 1);
            assertThat(unflushedMs(replica)).as("while it is flushed").isEqualTo(first.timeMs());
            replica.finishFlush();
            assertThat(unflushedMs(replica)).isEqualTo(third.timeMs());
            replica.flushNow();
            assertThat(unflushedMs(replica)).isZero();
        }
    }

    private static long unflushedMs(Replica replica) {
        return replica.state(Event.Role.DESTINATION, 0).unflushedTimeMs();
    }

    @Test
    void aBeatShowsHowFarItIsThoughNothingWasFlushed() throws IOException {
        RingEntry last = script.write();
        try (Replica replica = Replicas.open(directory, 1 << 20)) {
            follow(replica, 2);
            assertThat(replica.shown()).isEqualTo(replica.flushed());
            replica.beat();
            assertThat(replica.shown().offset()).isEqualTo(last.offset());
            assertThat(replica.flushed().offset()).isEqualTo(-1);
        }
    }

    private void interruptFlush(DirtyTo to) throws IOException {
        try (ReplicaDirectory files =
                ReplicaDirectory.open(directory, Replicas.definition(0), Replicas.SERVER, "cluster", "topic")) {
            files.markDirty(to);
        }
    }

    /** Takes so many entries. */
    private void follow(Replica replica, int entries) {
        RingReader reader = ring.reader();
        for (int taken = 0; taken < entries; taken++) {
            reader.seek(replica.chain().nextLog(), replica.chain().nextOffset());
            RingEntry entry = reader.poll(Duration.ZERO).get(0);
            if (replica.chain().follow(entry) == Chain.Step.APPLY) {
                replica.volumes().apply((LogBody.Data) entry.record().body(), replica.cache());
            }
        }
    }
}
