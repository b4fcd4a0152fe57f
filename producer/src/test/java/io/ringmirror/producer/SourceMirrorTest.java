package io.ringmirror.producer;

import static io.ringmirror.producer.Bench.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.producer.Bench.Answer;
import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.producer.RingProducer.FencedException;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The owner of a mirror at its source, stepped by hand (invariants I1, I3, I4, I5). */
class SourceMirrorTest {
    private static final int CACHE_HALF_BYTES = 1 << 20;
    private static final Definition.Ring ROOMY = new Definition.Ring(2, 8, 1L << 40);
    private static final SourceSettings LARGE_CACHE = new SourceSettings(
            AckMode.WRITE, 8 << 20, 1 << 20, Duration.ofHours(1), 8 << 20, Bench.BEAT, Bench.TRANSACTION_TIMEOUT);

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
        bench = start(AckMode.WRITE, ROOMY);
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
        bench = settled(AckMode.WRITE, ROOMY);
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
        bench = settled(AckMode.WRITE, ROOMY);
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
        bench = settled(AckMode.FLUSH, ROOMY);
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
        bench = settled(AckMode.WRITE, ROOMY);
        Answer flush = bench.flush(0);
        bench.step();

        assertThat(flush.good()).isTrue();
    }

    @Test
    void theRecordsOfALargeWriteHoldItsBytesInOrderAndItsBufferIsAsItCame() throws Exception {
        bench = settled(ROOMY, LARGE_CACHE);
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
        bench = settled(ROOMY, LARGE_CACHE);
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
                .containsExactly(WritePath.MAX_DATA_BYTES, WritePath.MAX_DATA_BYTES, 5);
        assertThat(parts)
                .extracting(part -> ((LogBody.Write) part.body()).offsetBytes())
                .containsExactly(100L, 100L + WritePath.MAX_DATA_BYTES, 100L + 2 * WritePath.MAX_DATA_BYTES);
    }

    @Test
    void theNextEpochIsSentOnlyBehindTheSealAndTheImageWrittenOnlyBehindTheLog() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        bench.write(0, 0, BLOCK, 7);
        bench.settle();
        bench.role.order(Action.FLUSH);
        bench.step();
        bench.step();

        assertThat(bench.ring.underWay()).as("the seal alone").isEqualTo(1);
        assertThat(bench.disk.waiting()).as("log before image").isZero();
        bench.ring.append(1);
        bench.step();
        assertThat(bench.disk.waiting()).isEqualTo(1);
        bench.step();
        assertThat(bench.ring.underWay()).isEqualTo(1);
        assertThat(bench.ring.lastLog()).isEqualTo(1);
        bench.disk.runAll();
        assertThat(bench.image("disk")).startsWith(7, 7);
        bench.settle();
        assertThat(bench.facts).contains(new Fact.EpochSealed(1), new Fact.EpochOpened(2, 1, 0));
        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
        assertThat(bench.ring.log(1)).singleElement().satisfies(record -> {
            assertThat(record.body()).isInstanceOf(LogBody.EpochBegin.class);
            assertThat(record.mirrorId()).contains(bench.replica.definition().mirrorId());
        });
    }

    @Test
    void theSealSaysWhatTheEpochHoldsAndWhereTheNextOneIs() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        bench.write(0, 0, BLOCK, 7);
        bench.write(1, 0, 100, 8);
        rotate();

        LogBody.EpochEnd end = (LogBody.EpochEnd) last(0).body();
        assertThat(end.records()).isEqualTo(2);
        assertThat(end.bytes()).isEqualTo(BLOCK + 100);
        assertThat(end.nextLog()).isEqualTo(1);
        assertThat(end.nextOffset()).isZero();
    }

    @Test
    void writersWaitForAFullCacheAndGoOnAfterTheFlushF8() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        Answer fills = bench.write(0, 0, CACHE_HALF_BYTES, 1);
        Answer fillsTheOtherHalf = bench.write(0, CACHE_HALF_BYTES, CACHE_HALF_BYTES, 2);
        Answer waits = bench.write(0, 2 * CACHE_HALF_BYTES, CACHE_HALF_BYTES, 3);
        bench.settle();

        assertThat(fills.good()).isTrue();
        assertThat(fillsTheOtherHalf.good()).isTrue();
        assertThat(waits.given()).isFalse();
        assertThat(bench.read(0, 5, 1)).as("reads go on").containsExactly(1);
        Answer flushed = bench.flush(0);
        bench.settle();
        assertThat(flushed.good()).as("a flush is about what was answered").isTrue();
        assertThat(waits.given()).isFalse();
        bench.role.released(0);
        growAll();
        bench.settleWithDisk();
        growAll();
        bench.settleWithDisk();
        assertThat(waits.good()).isTrue();
    }

    @Test
    void atTheRingsBoundTheEpochStaysOpenAndWritersGoOnWhenItIsReleasedF7() throws Exception {
        bench = settled(AckMode.WRITE, new Definition.Ring(2, 2, 1L << 40));
        bench.write(0, 0, BLOCK, 1);
        rotate();
        bench.write(0, 0, CACHE_HALF_BYTES, 2);
        Answer waits = bench.write(0, CACHE_HALF_BYTES, CACHE_HALF_BYTES, 3);
        bench.settleWithDisk();

        assertThat(waits.given()).isFalse();
        assertThat(bench.growths).isEmpty();
        assertThat(bench.replica.chain().epoch()).isEqualTo(2);
        bench.role.released(1);
        bench.settleWithDisk();
        assertThat(waits.good()).isTrue();
        assertThat(bench.replica.chain().epoch()).isEqualTo(3);
        assertThat(bench.replica.chain().nextLog()).isZero();
    }

    @Test
    void aLogIsNotReusedBeforeTheSourceItselfHasFlushedIt() throws Exception {
        bench = settled(AckMode.WRITE, new Definition.Ring(2, 2, 1L << 40));
        bench.role.released(9);
        bench.write(0, 0, BLOCK, 1);
        bench.settle();
        bench.role.order(Action.FLUSH);
        bench.settle();
        bench.write(0, 0, BLOCK, 2);
        bench.role.order(Action.FLUSH);
        bench.settle();

        assertThat(bench.replica.chain().epoch()).isEqualTo(2);
        bench.settleWithDisk();
        assertThat(bench.replica.chain().epoch()).isEqualTo(3);
    }

    @Test
    void atTheRingsMostBytesTheOpenEpochIsSealedSoThatItCanBeReleased() throws Exception {
        bench = settled(AckMode.WRITE, new Definition.Ring(2, 8, 1 << 20));
        for (int i = 0; i < 256; i++) {
            bench.write(0, 0, BLOCK, i);
        }
        Answer waits = bench.write(0, 0, BLOCK, 7);
        bench.settleWithDisk();

        assertThat(waits.given()).isFalse();
        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
        assertThat(bench.replica.chain().epoch())
                .as("sealed once, not for ever")
                .isEqualTo(2);
        bench.role.released(1);
        bench.settle();
        assertThat(waits.good()).isTrue();
    }

    @Test
    void noLogIsMadeBeforeTheTrackerWasHeardUnlessOneIsNeeded() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        bench.write(0, 0, BLOCK, 1);
        rotate();

        assertThat(bench.growths).as("no log is free, and none is needed yet").isEmpty();
        bench.write(0, 0, BLOCK, 2);
        bench.role.order(Action.FLUSH);
        bench.settle();
        assertThat(bench.growths).hasSize(1);
    }

    @Test
    void aHeldSourceFlushesOnOrdersOnly() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        bench.role.order(Action.HOLD_FLUSH);
        bench.write(0, 0, CACHE_HALF_BYTES, 1);
        Answer waits = bench.write(0, CACHE_HALF_BYTES, CACHE_HALF_BYTES, 2);
        bench.settleWithDisk();

        assertThat(waits.given()).isFalse();
        bench.role.order(Action.FLUSH);
        bench.settleWithDisk();
        assertThat(waits.good()).isTrue();
        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
    }

    @Test
    void aSourceNoLongerHeldFlushesByItself() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        bench.role.order(Action.HOLD_FLUSH);
        bench.write(0, 0, CACHE_HALF_BYTES, 1);
        bench.settleWithDisk();
        bench.role.order(Action.RESUME_FLUSH);
        bench.settleWithDisk();

        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
    }

    @Test
    void aFlushThatFailsKeepsItsEpochDirtyAndIsDoneAgainF9() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        bench.write(0, 0, BLOCK, 7);
        bench.role.order(Action.FLUSH);
        bench.settle();
        Path position = directory.resolve("position.tmp");
        Files.createDirectories(position.resolve("in-the-way"));
        bench.disk.runAll();
        bench.settle();

        assertThat(bench.replica.flushed().epoch().lastSealed()).isZero();
        assertThat(bench.replica.flushes().failure()).isPresent();
        assertThat(bench.read(0, 0, 1)).containsExactly(7);
        Files.delete(position.resolve("in-the-way"));
        Files.delete(position);
        bench.pass(Duration.ofSeconds(2));
        bench.settleWithDisk();
        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
        assertThat(bench.image("disk")).startsWith(7);
    }

    @Test
    void anIdleSourceBeats() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        bench.step();
        bench.pass(Bench.BEAT);
        bench.settle();

        assertThat(last(0).body()).isInstanceOf(LogBody.Beat.class);
        assertThat(bench.facts).last().isEqualTo(new Fact.Beat());
    }

    @Test
    void aSourceThatWaitsForTheLogAddsNoBeats() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        bench.write(0, 0, BLOCK, 1);
        bench.step();
        bench.pass(Bench.BEAT);
        bench.step();
        bench.step();

        assertThat(bench.ring.underWay()).isEqualTo(1);
    }

    @Test
    void theTransactionIsRenewedEveryThirdOfItsTime() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        bench.step();
        bench.pass(Bench.TRANSACTION_TIMEOUT.dividedBy(3));
        bench.settle();

        assertThat(bench.ring.calls()).containsExactly("fence", "renew");
    }

    @Test
    void aFencedSourceAnswersNothingWellAndEndsF15() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
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
    void anIdleSourceNoticesThatItIsFencedByItsBeat() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        bench.step();
        bench.ring.fenceOut();
        bench.pass(Bench.BEAT);

        assertThatThrownBy(bench::settle).isInstanceOf(FencedException.class);
    }

    @Test
    void aStopFlushesWhatIsWrittenAndThenIsAtRestF29() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        Answer taken = bench.write(0, 0, BLOCK, 7);
        bench.step();
        finish();

        assertThat(taken.good()).isTrue();
        assertThat(bench.image("disk")).startsWith(7);
        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
        assertThat(bench.write(0, 0, BLOCK, 8).refusal()).contains(Kind.SHUTDOWN);
    }

    @Test
    void aStopDoesNotWaitForALogThatIsNotThereF29() throws Exception {
        bench = settled(AckMode.WRITE, new Definition.Ring(2, 2, 1L << 40));
        bench.write(0, 0, BLOCK, 1);
        rotate();
        bench.write(0, 0, BLOCK, 2);
        bench.settle();
        finish();

        assertThat(bench.replica.chain().epoch()).isEqualTo(2);
        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
    }

    @Test
    void theReplicaIsLetGoThoughTheProducerCannotBeClosed() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        Definition definition = bench.replica.definition();
        bench.ring.failCalls(new KafkaException("told not to close"));

        assertThatThrownBy(bench::close).isInstanceOf(KafkaException.class);
        bench = null;
        Bench.open(directory, definition).close();
    }

    @Test
    void whatWasInTheLogIsReadBackAfterAKill() throws Exception {
        bench = settled(AckMode.WRITE, ROOMY);
        bench.write(0, 10, BLOCK, 7);
        rotate();
        bench.write(0, BLOCK, BLOCK, 8);
        Answer unanswered = bench.write(0, 0, 5, 9);
        bench.step();
        bench.ring.append(1);
        bench.step();
        bench.kill();

        MemoryRing ring = bench.ring;
        bench = new Bench(directory, ring, Bench.definition(ROOMY), Bench.settings(AckMode.WRITE));
        bench.settle();
        assertThat(unanswered.given()).isFalse();
        assertThat(bench.read(0, 9, 2)).containsExactly(0, 7);
        assertThat(bench.read(0, BLOCK, 1)).containsExactly(8);
        assertThat(last(1).body()).isInstanceOf(LogBody.TermBegin.class);
        assertThat(last(1).term()).isEqualTo(2);
        assertThat(last(1).epoch()).as("the open epoch goes on").isEqualTo(2);
        assertThat(bench.write(0, 0, BLOCK, 5)).isNotNull();
        bench.settle();
        assertThat(last(1).sequence()).isEqualTo(3);
    }

    /** Simulation, seed 99: its only other log held the epoch that it had read and did not flush. */
    @Test
    void aSourceFlushesWhatItReadWhenItTookTheRoleWithoutWaitingForALog() throws Exception {
        Definition.Ring smallest = new Definition.Ring(2, 2, 1L << 40);
        bench = settled(AckMode.WRITE, smallest);
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
        rotate();
        assertThat(bench.replica.chain().epoch()).isEqualTo(3);
    }

    private Bench start(AckMode ack, Definition.Ring bounds) throws Exception {
        return new Bench(
                directory, new MemoryRing(bounds.initialLogs()), Bench.definition(bounds), Bench.settings(ack));
    }

    private Bench settled(AckMode ack, Definition.Ring bounds) throws Exception {
        return settled(bounds, Bench.settings(ack));
    }

    private Bench settled(Definition.Ring bounds, SourceSettings settings) throws Exception {
        Bench started = new Bench(directory, new MemoryRing(bounds.initialLogs()), Bench.definition(bounds), settings);
        started.settle();
        return started;
    }

    /** Has everything flushed, and goes on in another log. */
    private void rotate() throws Exception {
        bench.settle();
        bench.role.order(Action.FLUSH);
        bench.settleWithDisk();
    }

    private void growAll() {
        for (CompletableFuture<Integer> growth : bench.growths) {
            int logs = bench.ring.grow(bench.ring.logs() + 1);
            bench.ring.reach(logs);
            growth.complete(logs);
        }
        bench.growths.clear();
    }

    private void finish() throws Exception {
        for (int steps = 0; !bench.role.owner().finish(0); steps++) {
            assertThat(steps).as("steps until rest").isLessThan(100);
            bench.ring.append(bench.ring.underWay());
            bench.network.runAll();
            bench.disk.runAll();
        }
    }

    private LogRecord last(int log) {
        List<LogRecord> records = bench.ring.log(log);
        return records.get(records.size() - 1);
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
