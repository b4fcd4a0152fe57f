package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.producer.Bench.Answer;
import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.volume.Extent;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may answer reads, and when another may write (invariant I3), in time that only the test moves. */
class LeaseTest {
    private static final int BLOCK = Bench.BLOCK;
    private static final Duration MS = Duration.ofMillis(1);

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
    void readsWaitWhenTheLogHasAcknowledgedNothingForTheLeaseAndGoOnWhenItDoes() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.pass(Bench.LEASE.minus(MS));
        assertThat(read().good()).isTrue();
        bench.pass(MS);

        Answer late = read();
        Answer question = new Answer();
        bench.devices.get(0).extents(0, BLOCK, (extents, failure) -> question.completed(failure));
        bench.step();
        bench.disk.runAll();
        assertThat(late.given()).isFalse();
        assertThat(question.given()).isFalse();
        bench.settle(); // its beat gets through
        assertThat(late.good()).isTrue();
        assertThat(question.good()).isTrue();
        assertThat(read().good()).isTrue();
    }

    @Test
    void theLeaseCountsFromWhenARecordWasHandedOverNotFromItsAnswer() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.pass(MS);
        bench.write(0, 0, BLOCK, 7);
        bench.step();
        bench.pass(Bench.LEASE.minus(MS));
        bench.ring.append(1);
        bench.step();

        assertThat(read().good()).isTrue();
        bench.pass(MS);
        assertThat(read().given()).isFalse();
    }

    @Test
    void aReadThatWasDoneInTimeAndNotAnsweredWaitsAsAfterAPauseOfTheProcess() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        Answer read = new Answer();
        bench.devices.get(0).read(0, ByteBuffer.allocate(128 << 10), read);
        bench.step();
        bench.pass(Bench.LEASE);
        bench.disk.runAll();

        assertThat(read.given()).isFalse();
        bench.settle();
        assertThat(read.good()).isTrue();
    }

    @Test
    void nothingIsReadBeforeTheLogSaysThatItHasTheRole() throws Exception {
        bench = new Bench(directory, new MemoryRing(2), Bench.definition(Bench.ROOMY), settings());
        Answer read = read();
        bench.step();

        assertThat(read.given()).isFalse();
        bench.settle();
        assertThat(read.good()).isTrue();
    }

    @Test
    void readsThatWaitAreRefusedWhenItEndsAndSoAreThoseDoneLater() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        Answer onDisk = new Answer();
        bench.devices.get(0).read(0, ByteBuffer.allocate(128 << 10), onDisk);
        bench.step();
        bench.pass(Bench.LEASE);
        Answer waiting = read();
        bench.role.owner().end(Optional.empty());
        bench.disk.runAll();
        bench = null;

        assertThat(waiting.refusal()).contains(Kind.SHUTDOWN);
        assertThat(onDisk.refusal()).isPresent();
    }

    @Test
    void aReadThatComesTooLateForTheLeaseAndAfterTheEndIsRefused() {
        Lease lease = new Lease("m", Bench.LEASE, () -> 0, () -> {});
        lease.close(new DeviceException(Kind.SHUTDOWN, "it ended"));
        Answer late = new Answer();

        lease.answer(new Request.Read(0, 0, ByteBuffer.allocate(1), late), () -> late.completed(null));

        assertThat(late.refusal()).contains(Kind.SHUTDOWN);
    }

    @Test
    void whatALostClientAskedIsNotKeptF27() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        bench.pass(Bench.LEASE);
        Gone gone = new Gone();
        bench.devices.get(0).read(0, ByteBuffer.allocate(BLOCK), gone);
        bench.devices.get(0).extents(0, BLOCK, gone);
        bench.step();
        bench.disk.runAll();
        Answer other = read();
        bench.devices.get(0).left();
        bench.step();

        assertThat(gone.refusals).isEqualTo(2);
        assertThat(other.given()).isFalse();
        bench.settle();
        assertThat(other.good()).isTrue();
    }

    /** Who asked and left. */
    private static final class Gone implements BlockDevice.Completion, BlockDevice.ExtentsCompletion {
        private int refusals;

        @Override
        public void completed(DeviceException failure) {
            assertThat(failure).isNotNull();
            refusals++;
        }

        @Override
        public void completed(List<Extent> extents, DeviceException failure) {
            completed(failure);
        }

        @Override
        public boolean wanted() {
            return false;
        }
    }

    @Test
    void oneThatIsPromotedWithoutAHandoverTakesNoWriteForTheLeaseAndReadsAtOnce() throws Exception {
        bench = promoted();
        Answer write = bench.write(0, 0, BLOCK, 7);
        bench.settle();

        assertThat(write.given()).isFalse();
        assertThat(read().good()).isTrue();
        passWithBeats(Bench.LEASE.minus(MS));
        assertThat(write.given()).isFalse();
        bench.pass(MS);
        bench.settle();
        assertThat(write.good()).isTrue();
    }

    @Test
    void oneThatIsPromotedAfterAHandoverTakesWritesAtOnce() throws Exception {
        Claim claim = new Claim.Ordered(OptionalLong.empty(), Long.MAX_VALUE, true);
        bench = new Bench(directory, new MemoryRing(2), Bench.definition(Bench.ROOMY), settings(), claim);
        Answer write = bench.write(0, 0, BLOCK, 7);
        bench.settle();

        assertThat(write.good()).isTrue();
    }

    @Test
    void oneThatDiesWhileItWaitsForTheOldLeaseWaitsAgainWhenItStarts() throws Exception {
        Bench died = promoted();
        died.settle();
        died.kill();
        bench = new Bench(directory, died.ring, Bench.definition(Bench.ROOMY), settings());
        Answer write = bench.write(0, 0, BLOCK, 7);
        bench.settle();

        assertThat(write.given()).isFalse();
        passWithBeats(Bench.LEASE);
        assertThat(write.good()).isTrue();
    }

    @Test
    void oneThatHasWaitedForTheOldLeaseDoesNotWaitAgain() throws Exception {
        Bench before = promoted();
        before.pass(Bench.LEASE);
        before.settleWithDisk();
        before.kill();
        bench = new Bench(directory, before.ring, Bench.definition(Bench.ROOMY), settings());
        Answer write = bench.write(0, 0, BLOCK, 7);
        bench.settle();

        assertThat(write.good()).isTrue();
    }

    @Test
    void oneThatHandsOverWhileItWaitsForTheOldLeaseEndsTheWaitFirst() throws Exception {
        bench = promoted();
        bench.settle();
        bench.role.handOver();

        bench.pass(Bench.LEASE.minus(MS));
        assertThat(isAtRest()).isFalse();
        bench.pass(MS);
        assertThat(isAtRest()).isTrue();
    }

    @Test
    void oneThatResignsWhileItWaitsForTheOldLeaseEndsTheWaitFirst() throws Exception {
        bench = promoted();
        bench.settle();
        bench.role.resign();

        bench.pass(Bench.LEASE.minus(MS));
        assertThat(isAtRest()).isFalse();
        bench.pass(MS);
        assertThat(isAtRest()).isTrue();
    }

    private boolean isAtRest() throws Exception {
        boolean rest = false;
        for (int rounds = 0; rounds < 10 && !rest; rounds++) {
            rest = bench.finish();
            bench.ring.append(bench.ring.underWay());
        }
        return rest;
    }

    private Bench promoted() throws Exception {
        return new Bench(directory, new MemoryRing(2), Bench.definition(Bench.ROOMY), settings(), Claim.ordered());
    }

    private static SourceSettings settings() {
        return Bench.settings(AckMode.WRITE);
    }

    private Answer read() {
        Answer answer = new Answer();
        bench.devices.get(0).read(0, ByteBuffer.allocate(BLOCK), answer);
        bench.disk.runAll();
        return answer;
    }

    private void passWithBeats(Duration time) throws Exception {
        for (Duration left = time; !left.isZero(); ) {
            Duration step = left.compareTo(Bench.BEAT) < 0 ? left : Bench.BEAT;
            bench.pass(step);
            bench.settle();
            left = left.minus(step);
        }
    }
}
