package io.ringmirror.producer;

import static io.ringmirror.producer.Bench.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.producer.Bench.Answer;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.LogBody;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a source seals, flushes and goes on in another log, and when it does not, stepped by hand (invariants I4, I5). */
class RotationTest {
    @TempDir
    Path directory;

    private Bench bench;

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void theNextEpochIsSentOnlyBehindTheSealAndTheImageWrittenOnlyBehindTheLog() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
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
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.write(0, 0, BLOCK, 7);
        bench.write(1, 0, 100, 8);
        bench.rotate();

        LogBody.EpochEnd end = (LogBody.EpochEnd) bench.ring.last(0).body();
        assertThat(end.records()).isEqualTo(2);
        assertThat(end.bytes()).isEqualTo(BLOCK + 100);
        assertThat(end.nextLog()).isEqualTo(1);
        assertThat(end.nextOffset()).isZero();
    }

    @Test
    void writersWaitForAFullCacheAndGoOnAfterTheFlushF8() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        Answer fills = bench.write(0, 0, Bench.CACHE_HALF_BYTES, 1);
        Answer fillsTheOtherHalf = bench.write(0, Bench.CACHE_HALF_BYTES, Bench.CACHE_HALF_BYTES, 2);
        Answer waits = bench.write(0, 2 * Bench.CACHE_HALF_BYTES, Bench.CACHE_HALF_BYTES, 3);
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
        bench.growAll();
        bench.settleWithDisk();
        bench.growAll();
        bench.settleWithDisk();
        assertThat(waits.good()).isTrue();
    }

    @Test
    void atTheRingsBoundTheEpochStaysOpenAndWritersGoOnWhenItIsReleasedF7() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, new Definition.Ring(2, 2, 1L << 40));
        bench.write(0, 0, BLOCK, 1);
        bench.rotate();
        bench.write(0, 0, Bench.CACHE_HALF_BYTES, 2);
        Answer waits = bench.write(0, Bench.CACHE_HALF_BYTES, Bench.CACHE_HALF_BYTES, 3);
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
        bench = Bench.settled(directory, AckMode.WRITE, new Definition.Ring(2, 2, 1L << 40));
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
        bench = Bench.settled(directory, AckMode.WRITE, new Definition.Ring(2, 8, 1 << 20));
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

    /** The cache merges them, so it is never full, and without another log the epoch stays open. */
    @Test
    void discardsOfOneRangeWaitAtTheRingsMostBytesF7() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, new Definition.Ring(2, 2, 1 << 20));
        bench.write(0, 0, BLOCK, 1);
        bench.rotate();
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Answer answer = new Answer();
            bench.devices.get(0).discard(0, BLOCK, false, answer);
            answers.add(answer);
        }
        bench.settleWithDisk();

        assertThat(answers.get(8000).good()).isTrue();
        assertThat(answers.get(9999).given()).isFalse();
        assertThat(bench.replica.chain().epoch()).isEqualTo(2);
        bench.role.released(1);
        bench.settleWithDisk();
        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(2);
        assertThat(answers.get(9999).given()).isFalse();
        bench.role.released(2);
        bench.settleWithDisk();
        assertThat(answers).allMatch(Answer::good);
    }

    @Test
    void noLogIsMadeBeforeTheTrackerWasHeardUnlessOneIsNeeded() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.write(0, 0, BLOCK, 1);
        bench.rotate();

        assertThat(bench.growths).as("no log is free, and none is needed yet").isEmpty();
        bench.write(0, 0, BLOCK, 2);
        bench.role.order(Action.FLUSH);
        bench.settle();
        assertThat(bench.growths).hasSize(1);
    }

    @Test
    void aHeldSourceFlushesOnOrdersOnly() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.role.order(Action.HOLD_FLUSH);
        bench.write(0, 0, Bench.CACHE_HALF_BYTES, 1);
        Answer waits = bench.write(0, Bench.CACHE_HALF_BYTES, Bench.CACHE_HALF_BYTES, 2);
        bench.settleWithDisk();

        assertThat(waits.given()).isFalse();
        bench.role.order(Action.FLUSH);
        bench.settleWithDisk();
        assertThat(waits.good()).isTrue();
        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
    }

    @Test
    void aSourceNoLongerHeldFlushesByItself() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.role.order(Action.HOLD_FLUSH);
        bench.write(0, 0, Bench.CACHE_HALF_BYTES, 1);
        bench.settleWithDisk();
        bench.role.order(Action.RESUME_FLUSH);
        bench.settleWithDisk();

        assertThat(bench.replica.flushed().epoch().lastSealed()).isEqualTo(1);
    }

    @Test
    void aFlushThatFailsKeepsItsEpochDirtyAndIsDoneAgainF9() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
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
}
