package io.ringmirror.producer;

import static io.ringmirror.producer.Bench.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ringmirror.producer.Bench.Answer;
import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.producer.RingProducer.FencedException;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.volume.WriteCache;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The owner of a mirror at its source, stepped by hand (invariants I1, I3, I4, I5). */
class SourceMirrorTest {
    private static final SourceSettings LARGE_CACHE = new SourceSettings(
            AckMode.WRITE,
            8 << 20,
            1 << 20,
            Duration.ofHours(1),
            8 << 20,
            Bench.BEAT,
            Bench.LEASE,
            Bench.TRANSACTION_TIMEOUT);

    @TempDir
    Path directory;

    private Bench bench;

    @AfterEach
    void close() {
        if (bench != null) {
            bench.close();
        }
    }

    @Test
    void theFirstRecordOfAMirrorBeginsTermAndEpochOneInLogZero() throws Exception {
        bench = start(AckMode.WRITE, Bench.ROOMY);
        bench.settle();

        assertThat(bench.ring.log(0)).singleElement().satisfies(record -> {
            assertThat(record.term()).isEqualTo(1);
            assertThat(record.epoch()).isEqualTo(1);
            assertThat(record.sequence()).isZero();
            assertThat(record.body()).isInstanceOf(LogBody.TermBegin.class);
        });
        assertThat(bench.facts).containsExactly(new Fact.TermBegun(0, 0));
    }

    @Test
    void aWriteIsAnsweredOnlyWhenTheLogHasIt() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        Answer write = bench.write(0, 0, BLOCK, 7);
        bench.step();

        assertThat(write.given()).isFalse();
        assertThat(bench.read(0, 0, 1)).containsExactly(7);
        bench.ring.append(1);
        bench.step();
        assertThat(write.good()).isTrue();
    }

    @Test
    void aWriteThatFailedAtFirstIsAnsweredOnceTheLogHasItAfterAllF2() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        Answer first = bench.write(0, 0, BLOCK, 7);
        Answer second = bench.write(0, BLOCK, BLOCK, 8);
        bench.step();
        bench.ring.fail(1, new TimeoutException("told to time out"));
        bench.step();

        assertThat(first.given()).isFalse();
        assertThat(second.given()).isFalse();
        bench.settle();
        assertThat(first.good()).isTrue();
        assertThat(second.good()).isTrue();
        assertThat(dataSequences(0)).containsExactly(1L, 1L, 2L);
    }

    @Test
    void withAckFlushAWriteIsAnsweredFromTheCacheAndAFlushWaitsForTheLog() throws Exception {
        bench = Bench.settled(directory, AckMode.FLUSH, Bench.ROOMY);
        Answer write = bench.write(0, 0, BLOCK, 7);
        Answer forced = bench.write(0, BLOCK, BLOCK, 8, true);
        Answer flushOfTheOtherVolume = bench.flush(1);
        bench.step();

        assertThat(write.good()).isTrue();
        assertThat(forced.given()).isFalse();
        assertThat(flushOfTheOtherVolume.given()).isFalse();
        bench.ring.append(1);
        bench.step();
        assertThat(forced.given()).isFalse();
        bench.ring.append(1);
        bench.step();
        assertThat(forced.good()).isTrue();
        assertThat(flushOfTheOtherVolume.good()).isTrue();
    }

    @Test
    void aFlushOfAnIdleMirrorIsAnsweredAtOnce() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        Answer flush = bench.flush(0);
        bench.step();

        assertThat(flush.good()).isTrue();
    }

    @Test
    void theRecordsOfALargeWriteHoldItsBytesInOrderAndItsBufferIsAsItCame() throws Exception {
        bench = Bench.settled(directory, Bench.ROOMY, LARGE_CACHE);
        ByteBuffer data = ByteBuffer.allocateDirect(WritePath.MAX_DATA_BYTES + 20);
        for (int i = 0; i < data.capacity(); i++) {
            data.put(i, (byte) (i * 31 + i / 251));
        }
        data.position(3).limit(data.capacity() - 2);
        ByteBuffer expected = ByteBuffer.allocate(data.remaining()).put(data.duplicate());
        bench.devices.get(0).write(0, data, false, failure -> {});
        bench.settle();

        ByteBuffer logged = ByteBuffer.allocate(data.remaining());
        data(0).forEach(part -> logged.put(((LogBody.Write) part.body()).data().duplicate()));
        assertThat(data(0)).hasSize(2).allMatch(part -> crcHolds((LogBody.Write) part.body()));
        assertThat(logged.flip()).isEqualTo(expected.flip());
        assertThat(data.position()).isEqualTo(3);
        assertThat(data.limit()).isEqualTo(data.capacity() - 2);
    }

    @Test
    void aLargeWriteIsAnsweredWhenItsLastPartIsInTheLogAndStaysInOneEpochF27() throws Exception {
        bench = Bench.settled(directory, Bench.ROOMY, LARGE_CACHE);
        Answer write = bench.write(0, 100, 2 * WritePath.MAX_DATA_BYTES + 5, 7);
        bench.step();

        bench.ring.append(2);
        bench.step();
        assertThat(write.given()).isFalse();
        bench.settle();
        assertThat(write.good()).isTrue();
        List<LogRecord> parts = data(0);
        assertThat(parts).extracting(LogRecord::epoch).containsOnly(1L);
        assertThat(parts)
                .extracting(part -> ((LogBody.Write) part.body()).data().remaining())
                .containsExactly(WritePath.MAX_DATA_BYTES - 100, WritePath.MAX_DATA_BYTES, 105);
        assertThat(parts)
                .extracting(part -> ((LogBody.Write) part.body()).offsetBytes())
                .containsExactly(100L, (long) WritePath.MAX_DATA_BYTES, 2L * WritePath.MAX_DATA_BYTES);
    }

    /** Had a part ended within block 256, it would have lain apart from what the block holds and needed a mask. */
    @Test
    void aLargeWriteThatOnlyOverwritesIsTakenByAFullCacheWhereverItBeginsF8F27() throws Exception {
        bench = Bench.settled(directory, Bench.ROOMY, LARGE_CACHE);
        int middle = WritePath.MAX_DATA_BYTES;
        bench.role.order(Action.HOLD_FLUSH);
        bench.write(0, 0, middle, 1);
        bench.write(0, middle + 1024, 512, 1);
        bench.write(0, middle + BLOCK, Bench.VOLUME_BYTES - middle - BLOCK, 1);
        bench.settle();
        WriteCache cache = bench.replica.cache();
        bench.write(1, 0, (int) (cache.capacityBytes() / 2 - cache.dirtyBytes()), 1);
        bench.settle();
        Answer write = bench.write(0, 512, 2 * middle, 7);
        Answer needsRoom = bench.write(1, Bench.VOLUME_BYTES - 1, 1, 7);
        bench.settle();

        assertThat(write.good()).isTrue();
        assertThat(needsRoom.given()).as("the cache is full").isFalse();
        assertThat(bench.read(0, 511, 2)).containsExactly(1, 7);
        assertThat(bench.read(0, 2 * middle + 511, 2)).containsExactly(7, 1);
    }

    @Test
    void whatALostClientLeftBehindIsNotNumberedAndKeepsNoPlaceF27() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        int taken = 8;
        for (int i = 0; i < taken; i++) {
            bench.write(0, 0, 1 << 20, i);
        }
        bench.step();
        Gone gone = new Gone();
        Answer other = new Answer();
        ByteBuffer data = ByteBuffer.allocate(BLOCK);
        for (int i = 0; i < BlockDevice.MAX_REQUESTS - 2 * taken; i++) {
            bench.devices.get(0).write(0, data, false, gone);
        }
        bench.devices.get(0).write(BLOCK, data, false, other);
        bench.devices.get(0).left();
        bench.step();

        assertThat(gone.refusals).isEqualTo(BlockDevice.MAX_REQUESTS - 2 * taken);
        assertThat(other.given()).isFalse();
        bench.settleWithDisk();
        assertThat(other.good()).isTrue();
    }

    @Test
    void aWriteOfALostClientThatIsTheNextToBeTakenIsNotDoneEitherF27() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        int asManyAsMayBeUnderWay = 8;
        for (int i = 0; i < asManyAsMayBeUnderWay; i++) {
            bench.write(0, 0, 1 << 20, i);
        }
        Gone gone = new Gone();
        bench.devices.get(0).write(0, ByteBuffer.allocate(BLOCK), false, gone);
        bench.step();
        bench.devices.get(0).left();
        bench.step();

        assertThat(gone.refusals).isOne();
    }

    @Test
    void whatALostClientWaitedForInTheLogKeepsNoPlaceF27() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        Gone gone = new Gone();
        bench.devices.get(0).write(0, ByteBuffer.allocate(BLOCK), false, gone);
        bench.step();
        Answer early = bench.flush(0);
        int flushes = 2 * WritePath.MAX_WAITING;
        for (int i = 0; i < flushes; i++) {
            bench.devices.get(0).flush(gone);
        }
        Answer late = bench.flush(0);
        while (bench.step()) {}
        bench.devices.get(0).left();
        bench.step();

        assertThat(gone.refusals).as("of the write and of the flushes").isEqualTo(1 + flushes);
        assertThat(early.given() || late.given()).isFalse();
        bench.settle();
        assertThat(early.good() && late.good()).isTrue();
        assertThat(gone.refusals).as("each was told once").isEqualTo(1 + flushes);
    }

    @Test
    void whatALostClientWaitedForBehindASealKeepsNoPlaceF27() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.write(0, 0, BLOCK, 1);
        bench.role.order(Action.FLUSH);
        while (bench.step()) {}
        Gone gone = new Gone();
        bench.devices.get(0).write(0, ByteBuffer.allocate(BLOCK), false, gone);
        while (bench.step()) {}
        bench.devices.get(0).left();
        bench.step();

        assertThat(gone.refusals).isOne();
    }

    /** Who asked and left. */
    private static final class Gone implements BlockDevice.Completion {
        private int refusals;

        @Override
        public void completed(DeviceException failure) {
            assertThat(failure).isNotNull();
            refusals++;
        }

        @Override
        public boolean wanted() {
            return false;
        }
    }

    @Test
    void anIdleSourceBeats() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.step();
        bench.pass(Bench.BEAT);
        bench.settle();

        assertThat(bench.ring.last(0).body()).isInstanceOf(LogBody.Beat.class);
        assertThat(bench.facts).last().isEqualTo(new Fact.Beat());
    }

    /** The tracker and whoever asks it see why writers wait. */
    @Test
    void aSourceWhoseAppendsAreRefusedSaysSoInsteadOfABeatUntilTheyAreNot() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.write(0, 0, BLOCK, 1);
        for (int times = 0; times < 2; times++) {
            bench.step();
            bench.ring.fail(0, new TimeoutException("told to refuse"));
            bench.step();
            bench.network.runAll();
            bench.pass(Bench.BEAT);
            bench.step();
        }
        bench.pass(Bench.BEAT);
        bench.step();
        assertThat(bench.facts)
                .last()
                .isEqualTo(new Fact.Stopped("appends are refused, which are tried again: told to refuse"));

        bench.settle();
        bench.pass(Bench.BEAT);
        bench.settle();
        assertThat(bench.facts).last().isEqualTo(new Fact.Beat());
    }

    @Test
    void aSourceThatWaitsForTheLogAddsNoBeats() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.write(0, 0, BLOCK, 1);
        bench.step();
        bench.pass(Bench.BEAT);
        bench.step();
        bench.step();

        assertThat(bench.ring.underWay()).isEqualTo(1);
    }

    @Test
    void theTransactionIsRenewedEveryThirdOfItsTime() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.step();
        bench.pass(Bench.TRANSACTION_TIMEOUT.dividedBy(3));
        bench.settle();

        assertThat(bench.ring.calls()).containsExactly("fence", "renew");
    }

    @Test
    void aFencedSourceAnswersNothingWellAndEndsF15() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        Answer write = bench.write(0, 0, BLOCK, 1);
        Answer flush = bench.flush(0);
        bench.step();
        bench.ring.fenceOut();

        assertThatThrownBy(bench::settle).isInstanceOf(FencedException.class);
        bench.end(Optional.of(new FencedException("fenced", null)));
        assertThat(write.refusal()).contains(Kind.SHUTDOWN);
        assertThat(flush.refusal()).contains(Kind.SHUTDOWN);
        assertThat(bench.write(0, 0, BLOCK, 1).refusal()).contains(Kind.SHUTDOWN);
        assertThat(bench.facts).last().isEqualTo(new Fact.Stopped("fenced"));
        bench = null;
    }

    @Test
    void everyRequestIsRefusedWhenAnAppendShowsThatBrokersLostRecordsF6() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.write(0, 0, BLOCK, 1);
        bench.settle();
        bench.ring.lose(1, 0);
        Answer first = bench.write(0, 0, BLOCK, 2);
        Answer second = bench.write(0, BLOCK, BLOCK, 3);
        Answer flush = bench.flush(0);

        assertThatThrownBy(bench::settle).isInstanceOf(ChainException.class).hasMessageContaining("DIVERGED");
        bench.close();
        bench = null;
        assertThat(List.of(first, second, flush)).extracting(Answer::refusal).containsOnly(Optional.of(Kind.SHUTDOWN));
    }

    @Test
    void anIdleSourceNoticesThatItIsFencedByItsBeat() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.step();
        bench.ring.fenceOut();
        bench.pass(Bench.BEAT);

        assertThatThrownBy(bench::settle).isInstanceOf(FencedException.class);
    }

    @Test
    void aStopFlushesWhatIsWrittenAndThenIsAtRestF29() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        Answer taken = bench.write(0, 0, BLOCK, 7);
        bench.step();
        finish();

        assertThat(taken.good()).isTrue();
        assertThat(bench.image("disk")).startsWith(7);
        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
        assertThat(bench.write(0, 0, BLOCK, 8).refusal()).contains(Kind.SHUTDOWN);
    }

    @Test
    void aSourceThatStopsSleepsWhileItWaitsForTheLogF29() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.write(0, 0, BLOCK, 7);
        bench.step();
        bench.role.owner().finish(0);
        bench.role.owner().finish(0);
        bench.sleeper.sleep(Duration.ZERO);
        assertThat(bench.role.owner().finish(0)).isFalse();

        Thread asleep = new Thread(() -> bench.sleeper.sleep(Duration.ofHours(1)));
        asleep.start();
        await().until(() -> asleep.getState() == Thread.State.TIMED_WAITING);
        bench.sleeper.wake();
        asleep.join();
    }

    @Test
    void aStopDoesNotWaitForALogThatIsNotThereF29() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, new Definition.Ring(2, 2, 1L << 40));
        bench.write(0, 0, BLOCK, 1);
        bench.rotate();
        bench.write(0, 0, BLOCK, 2);
        bench.settle();
        finish();

        assertThat(bench.replica.chain().epoch()).isEqualTo(2);
        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
    }

    @Test
    void theReplicaIsLetGoThoughTheProducerCannotBeClosed() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        Definition definition = bench.replica.definition();
        bench.ring.failCalls(new KafkaException("told not to close"));

        assertThatThrownBy(bench::close).isInstanceOf(KafkaException.class);
        bench = null;
        Bench.open(directory, definition).close();
    }

    @Test
    void whatWasInTheLogIsReadBackAfterAKill() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.write(0, 10, BLOCK, 7);
        bench.rotate();
        bench.write(0, BLOCK, BLOCK, 8);
        Answer unanswered = bench.write(0, 0, 5, 9);
        bench.step();
        bench.ring.append(1);
        bench.step();
        bench.kill();

        MemoryRing ring = bench.ring;
        bench = new Bench(directory, ring, Bench.definition(Bench.ROOMY), Bench.settings(AckMode.WRITE));
        bench.settle();
        assertThat(unanswered.given()).isFalse();
        assertThat(bench.read(0, 9, 2)).containsExactly(0, 7);
        assertThat(bench.read(0, BLOCK, 1)).containsExactly(8);
        assertThat(bench.ring.last(1).body()).isInstanceOf(LogBody.TermBegin.class);
        assertThat(bench.ring.last(1).term()).isEqualTo(2);
        assertThat(bench.ring.last(1).epoch()).as("the open epoch goes on").isEqualTo(2);
        assertThat(bench.write(0, 0, BLOCK, 5)).isNotNull();
        bench.settle();
        assertThat(bench.ring.last(1).sequence()).isEqualTo(3);
    }

    @Test
    void whoeverHoldsATornFlushThatTheRingHasNotFencesNobodyAndDoesNotServeI2F6() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.write(0, 0, BLOCK, 1);
        bench.write(0, BLOCK, BLOCK, 2);
        bench.settle();
        Position goal = bench.replica.chain().position();
        List<EpochTrail> trails = bench.replica.chain().trails();
        bench.kill();
        Definition definition = Bench.definition(Bench.ROOMY);
        try (ReplicaDirectory torn = Bench.open(directory, definition)) {
            torn.markDirty(DirtyTo.of(torn.checkpoint().position(), goal, trails));
        }
        MemoryRing ring = bench.ring.without(1, 0);

        assertThatThrownBy(() -> new Bench(directory, ring, definition, Bench.settings(AckMode.WRITE)))
                .isInstanceOf(ChainException.class)
                .hasMessageContaining("DIVERGED")
                .hasMessageContaining("interrupted beyond the end of its ring");
        assertThat(ring.calls()).doesNotContain("fence");
        assertThat(ring.underWay()).isZero();
    }

    @Test
    void whatBrokersLoseWhileASourceStartsIsFoundBehindItsFenceI2F6() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.write(0, 0, BLOCK, 1);
        bench.settle();
        MemoryRing ring = bench.ring;
        bench.kill();
        ring.loseLastWhileFencing(0);

        assertThatThrownBy(
                        () -> new Bench(directory, ring, Bench.definition(Bench.ROOMY), Bench.settings(AckMode.WRITE)))
                .isInstanceOf(ChainException.class)
                .hasMessageContaining("another history");
        assertThat(ring.underWay()).as("no term was begun").isZero();
    }

    /** Simulation, seed 99: its only other log held the epoch that it had read and did not flush. */
    @Test
    void aSourceFlushesWhatItReadWhenItTookTheRoleWithoutWaitingForALog() throws Exception {
        Definition.Ring smallest = new Definition.Ring(2, 2, 1L << 40);
        bench = Bench.settled(directory, AckMode.WRITE, smallest);
        bench.write(0, 0, BLOCK, 1);
        bench.settle();
        bench.role.order(Action.FLUSH);
        bench.settle();
        bench.write(0, 0, BLOCK, 2);
        bench.settle();
        MemoryRing ring = bench.ring;
        bench.replica.close();

        bench = new Bench(directory, ring, Bench.definition(smallest), Bench.settings(AckMode.WRITE));
        bench.settleWithDisk();
        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
        assertThat(bench.image("disk")[0]).isEqualTo((byte) 2);
        bench.role.released(1);
        bench.write(0, 0, BLOCK, 3);
        bench.rotate();
        assertThat(bench.replica.chain().epoch()).isEqualTo(3);
    }

    private Bench start(AckMode ack, Definition.Ring bounds) throws Exception {
        return new Bench(
                directory, new MemoryRing(bounds.initialLogs()), Bench.definition(bounds), Bench.settings(ack));
    }

    private void finish() throws Exception {
        for (int steps = 0; !bench.role.owner().finish(0); steps++) {
            assertThat(steps).as("steps until rest").isLessThan(100);
            bench.ring.append(bench.ring.underWay());
            bench.network.runAll();
            bench.disk.runAll();
        }
    }

    private List<LogRecord> data(int log) {
        return bench.ring.log(log).stream()
                .filter(record -> record.body() instanceof LogBody.Data)
                .toList();
    }

    private List<Long> dataSequences(int log) {
        return new ArrayList<>(data(log).stream().map(LogRecord::sequence).toList());
    }

    private static boolean crcHolds(LogBody.Write write) {
        return Crc.of(write) == write.crc32c();
    }
}
