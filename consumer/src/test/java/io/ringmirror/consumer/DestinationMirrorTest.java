package io.ringmirror.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.Deallocator;
import io.ringmirror.replica.Eraser;
import io.ringmirror.replica.Follower;
import io.ringmirror.replica.MemoryRing;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.Replicas;
import io.ringmirror.replica.RingEntry;
import io.ringmirror.replica.RingScript;
import io.ringmirror.replica.Statuses;
import io.ringmirror.replica.control.MirrorFacts;
import io.ringmirror.replica.control.StatedEvents;
import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The owner of a destination, stepped by hand: a ring in memory, real files, flushes that run when told. */
class DestinationMirrorTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final DestinationSettings SETTINGS =
            new DestinationSettings(4 << 20, 32 << 10, Duration.ofSeconds(10), Duration.ofSeconds(100));

    private final MemoryRing ring = new MemoryRing(3);
    private final RingScript script = new RingScript(ring);
    private final MemoryRing.Reader reader = ring.reader();
    private final StatedEvents events = new StatedEvents();
    private final Eraser eraser = new Eraser();
    private final Queue<Runnable> flushes = new ArrayDeque<>();

    @TempDir
    private Path directory;

    private Replica replica;
    private DestinationMirror mirror;
    private long nowNs = Long.MAX_VALUE - SECOND_NS;

    @BeforeEach
    void open() throws IOException {
        open(1 << 20);
    }

    private void open(long cacheBytes) throws IOException {
        replica = Replicas.open(directory, Replicas.definition(0), cacheBytes, flushes::add);
        mirror = stating(events.publisher()::publish);
    }

    private DestinationMirror stating(Consumer<Event> publisher) {
        return new DestinationMirror(
                replica,
                reader,
                new Follower(reader, replica.chain(), replica.volumes(), replica.cache()),
                SETTINGS,
                new OffsetReport(reader, "mirror"),
                new Deallocator(replica, eraser),
                new MirrorFacts(
                        publisher,
                        replica,
                        Replicas.SERVER,
                        Role.DESTINATION,
                        Set.of(Role.DESTINATION),
                        SETTINGS.beat()));
    }

    @AfterEach
    void close() {
        flushes.forEach(Runnable::run);
        replica.close();
    }

    @Test
    void enoughDirtyIsFlushedThenCommittedThenStated() {
        for (int sector = 0; sector < 64; sector++) {
            script.write();
        }
        stepUntilIdle();
        assertThat(flushes).hasSize(1);
        assertThat(ring.committed()).isEmpty();
        assertThat(events.all()).isEmpty();

        runFlush();
        long sequence = replica.flushed().sequence();
        assertThat(sequence).as("eight blocks are dirty").isBetween(57L, 64L);
        assertThat(ring.committed()).isEqualTo(Map.of(0, sequence + 1));
        assertThat(events.facts(Fact.Flushed.class)).hasSize(1);
        assertThat(events.all().get(0).state().flushedSequence()).isEqualTo(sequence);
    }

    @Test
    void whatIsOldEnoughIsFlushed() {
        script.write();
        stepUntilIdle();
        nowNs += 10 * SECOND_NS - 1;
        stepUntilIdle();
        assertThat(flushes).isEmpty();
        nowNs += 1;
        stepUntilIdle();
        assertThat(flushes).hasSize(1);
    }

    @Test
    void followingGoesOnWhileAFlushRunsI5() {
        script.write();
        order(Action.FLUSH);
        stepUntilIdle();
        assertThat(flushes).hasSize(1);
        script.write();
        script.seal();
        script.write();
        stepUntilIdle();
        assertThat(replica.chain().sequence()).isEqualTo(3);
        runFlush();
        assertThat(replica.flushed().sequence()).isEqualTo(1);
    }

    @Test
    void anOrderFlushesAllThatWasInTheLogsWhenItCame() {
        for (int epoch = 0; epoch < 4; epoch++) {
            script.write();
            script.write();
            script.seal();
        }
        script.write();
        order(Action.FLUSH);
        stepUntilIdle();
        runAllFlushes();
        assertThat(replica.flushed().sequence()).isEqualTo(9);
        assertThat(replica.flushed().epoch().number()).isEqualTo(5);
    }

    @Test
    void aSealBehindFlushedRecordsIsFlushedForItsRelease() {
        script.write();
        order(Action.FLUSH);
        stepUntilIdle();
        runFlush();
        assertThat(replica.flushed().epoch().lastSealed()).isZero();
        script.seal();
        stepUntilIdle();
        runFlush();
        assertThat(replica.flushed().epoch().lastSealed()).isEqualTo(1);
        assertThat(events.facts(Fact.Flushed.class))
                .extracting(Fact.Flushed::epoch)
                .containsExactly(0L, 1L);
    }

    @Test
    void aHeldDestinationFlushesOnOrdersOnly() {
        order(Action.HOLD_FLUSH);
        for (int epoch = 0; epoch < 7; epoch++) {
            for (int sector = 0; sector < 64; sector++) {
                script.write();
            }
            script.seal();
        }
        stepUntilIdle();
        nowNs += 100 * SECOND_NS;
        stepUntilIdle();
        assertThat(flushes).isEmpty();
        assertThat(replica.chain().epoch()).as("it takes in what comes").isEqualTo(7);
        order(Action.RESUME_FLUSH);
        stepUntilIdle();
        assertThat(flushes).hasSize(1);
    }

    @Test
    void aFullCacheIsFlushedAndNothingIsLostF8() throws IOException {
        replica.close();
        open(128 << 10);
        fillTwice();
        stepUntilStuck();
        assertThat(flushes).hasSize(1);
        runAllFlushes();
        assertThat(replica.chain().sequence()).isEqualTo(40);
    }

    @Test
    void anOrderUnderAHoldMakesRoomForAllOfIt() throws IOException {
        replica.close();
        open(128 << 10);
        order(Action.HOLD_FLUSH);
        fillTwice();
        stepUntilStuck();
        assertThat(flushes).isEmpty();
        order(Action.FLUSH);
        stepUntilStuck();
        runAllFlushes();
        assertThat(replica.flushed().sequence()).isEqualTo(40);
    }

    @Test
    void aReleasedLogIsGivenBackAndThatIsStated() {
        script.write();
        RingEntry seal = script.seal();
        order(Action.FLUSH);
        stepUntilIdle();
        runAllFlushes();
        mirror.status(Statuses.released(replica, 1));
        stepUntilIdle();
        assertThat(eraser.last().beforeOffset()).isEqualTo(seal.offset() + 1);
        eraser.last().end().complete(null);
        stepUntilIdle();
        assertThat(events.facts(Fact.Deallocated.class))
                .containsExactly(new Fact.Deallocated(0, 1, seal.offset() + 1, 1));
    }

    @Test
    void aLevelMirrorReportsTheMarkersBehindItsRecordsAtABeat() {
        script.write();
        script.marker();
        script.seal();
        script.marker();
        script.begin();
        script.marker();
        order(Action.FLUSH);
        stepUntilIdle();
        runAllFlushes();
        assertThat(ring.committed()).containsEntry(0, 4L);
        nowNs += 100 * SECOND_NS;
        stepUntilIdle();
        assertThat(ring.committed()).isEqualTo(Map.of(0, ring.endOffset(0), 1, ring.endOffset(1)));
        assertThat(events.facts(Fact.Beat.class)).isNotEmpty();
    }

    @Test
    void aGapStopsTheMirrorAndIsStatedWithItsReasonF12() {
        script.write();
        ring.tamper(0, script.write().offset(), null);
        script.beat();
        assertThatThrownBy(this::stepUntilIdle).isInstanceOfSatisfying(ChainException.class, problem -> {
            mirror.end(Optional.of(problem));
            assertThat(events.facts(Fact.Stopped.class)).containsExactly(new Fact.Stopped(problem.getMessage()));
        });
        assertThat(reader.closed()).isTrue();
        assertThat(ring.committed()).isEmpty();
    }

    /** The ring has zeroes where the torn flush left a sector: its number, taken by another write, mends nothing. */
    @Test
    void aTornFlushOfAHistoryThatBrokersLostIsNeverTakenForMendedI2F6() throws IOException {
        RingEntry second = tearFlushToSequenceThree();
        ring.loseFrom(0, second.offset());
        LogBody.TermBegin begin = new LogBody.TermBegin("berlin", new UUID(2, 2));
        ring.append(0, new LogRecord(Optional.of(RingScript.MIRROR_ID), 2, 1, 1, begin));
        for (int sequence = 2; sequence <= 4; sequence++) {
            LogBody body = new LogBody.Discard("disk", sequence * 4096L, 512, Crc.ofRange(sequence * 4096L, 512));
            ring.append(0, new LogRecord(Optional.empty(), 2, 1, sequence, body));
        }
        open(1 << 20);

        assertThatThrownBy(this::stepUntilIdle)
                .isInstanceOf(ChainException.class)
                .hasMessageContaining("DIVERGED")
                .hasMessageContaining("the images here are a mixture");
        assertThat(replica.readable()).isFalse();
        assertThat(replica.flushed().sequence()).isEqualTo(1);
    }

    @Test
    void aTornFlushBeyondTheEndOfARingThatLostRecordsIsSaidI2F6() throws IOException {
        RingEntry second = tearFlushToSequenceThree();
        ring.loseFrom(0, second.offset());
        open(1 << 20);

        assertThatThrownBy(this::stepUntilIdle)
                .isInstanceOf(ChainException.class)
                .hasMessageContaining("DIVERGED")
                .hasMessageContaining("interrupted beyond the end of its ring");
    }

    @Test
    void aTornFlushThatTheRingStillHasIsRedoneF3() throws IOException {
        RingEntry unused = tearFlushToSequenceThree();
        open(1 << 20);
        assertThat(replica.readable()).isFalse();
        stepUntilIdle();
        assertThat(replica.readable()).isTrue();
    }

    /** At sequence 1; the flush of 2 and 3 was cut short. Returns where 2 stands. */
    private RingEntry tearFlushToSequenceThree() throws IOException {
        script.write();
        order(Action.FLUSH);
        stepUntilIdle();
        runAllFlushes();
        RingEntry second = script.write();
        script.write();
        stepUntilIdle();
        DirtyTo to = DirtyTo.of(
                replica.flushed(), replica.chain().position(), replica.chain().trails());
        replica.close();
        try (ReplicaDirectory store =
                ReplicaDirectory.open(directory, Replicas.definition(0), Replicas.SERVER, "cluster", "topic")) {
            store.markDirty(to);
        }
        return second;
    }

    @Test
    void aRecordThatIsMissingIsWaitedForAndToldOnceUntilItComesF20() {
        script.write();
        ring.tamper(0, script.write().offset(), null);
        RingEntry behind = script.write();
        stepUntilIdle();
        stepUntilIdle();
        assertThat(events.facts(Fact.Stopped.class))
                .singleElement()
                .satisfies(told -> assertThat(told.reason()).contains(behind.describe(), "waits for that record"));

        script.repeat(2);
        stepUntilIdle();
        assertThat(replica.chain().sequence()).isEqualTo(3);
        assertThat(events.all())
                .last()
                .satisfies(told -> assertThat(told.fact()).isEqualTo(new Fact.Beat()));
    }

    @Test
    void aFailureWithoutAMessageIsStatedByItsKind() {
        mirror.end(Optional.of(new NullPointerException()));
        assertThat(events.facts(Fact.Stopped.class))
                .containsExactly(new Fact.Stopped("java.lang.NullPointerException"));
    }

    @Test
    void anEndThatCannotBeStatedLetsReaderAndReplicaGoAllTheSame() throws IOException {
        DestinationMirror mute = stating(event -> {
            throw new IllegalStateException("no thread is left");
        });

        assertThatThrownBy(() -> mute.end(Optional.empty())).hasMessage("no thread is left");

        assertThat(reader.closed()).isTrue();
        open(1 << 20);
    }

    @Test
    void aStopFlushesWhatWasTakenEvenIfHeld() throws Exception {
        order(Action.HOLD_FLUSH);
        script.write();
        stepUntilIdle();
        script.write();
        assertThat(mirror.finish(nowNs)).isFalse();
        assertThat(flushes).hasSize(1);
        assertThat(mirror.finish(nowNs)).isFalse();
        flushes.remove().run();
        assertThat(mirror.finish(nowNs)).isTrue();
        assertThat(replica.flushed().sequence()).as("and follows no further").isEqualTo(1);
    }

    private void fillTwice() {
        for (int block = 0; block < 20; block++) {
            script.write("disk", block % 16 * 4096L, 4096);
            script.write("swap", block % 4 * 4096L, 4096);
        }
    }

    private void order(Action action) {
        mirror.order(action);
        boolean unused = mirror.step(nowNs);
    }

    private void stepUntilIdle() {
        long before;
        do {
            before = reader.nextOffset() + ((long) replica.chain().nextLog() << 32);
            boolean unused = mirror.step(nowNs);
        } while (before != reader.nextOffset() + ((long) replica.chain().nextLog() << 32));
        boolean unused = mirror.step(nowNs);
    }

    private void stepUntilStuck() {
        while (mirror.step(nowNs) && replica.chain().sequence() < 40) {}
    }

    private void runFlush() {
        flushes.remove().run();
        boolean unused = mirror.step(nowNs);
    }

    private void runAllFlushes() {
        while (!flushes.isEmpty()) {
            runFlush();
            stepUntilIdle();
        }
    }
}
