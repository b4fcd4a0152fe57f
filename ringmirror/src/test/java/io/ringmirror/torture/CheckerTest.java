package io.ringmirror.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.torture.Violations.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Made-up histories: what is right passes, and every way to break a promise is found and called by its name. */
class CheckerTest {
    private static final String DESCRIBED = "something";

    @TempDir
    private Path directory;

    private Bench bench;
    private Change first;
    private Change second;

    @BeforeEach
    void twoWritesToOneBlock() {
        bench = new Bench(directory);
        bench.beginTerm(Bench.EAST);
        first = bench.write(5, 1);
        second = bench.write(4, 2);
    }

    @Test
    void aRunInWhichAllIsWellHasNoViolations() throws Exception {
        bench.log(first);
        bench.answered(first, Bench.EAST);
        bench.answered(second, Bench.EAST);
        bench.log(second);
        bench.seal();
        bench.beginTerm(Bench.WEST);
        bench.replica(Bench.EAST, 2, Optional.empty(), first, second);
        bench.replica(Bench.WEST, 2, Optional.empty(), first, second);

        bench.endCheck().check();

        assertThat(bench.said).isEmpty();
        assertThat(bench.violations.none()).isTrue();
    }

    @Test
    void aBlockOlderThanTheLastAcknowledgedWriteIsLost() {
        bench.answered(first, Bench.EAST);
        bench.answered(second, Bench.EAST);

        readBack(5, first.fingerprints().get(0));

        assertOnly(Kind.LOST, 1);
        assertThat(bench.said.get(0)).contains("block 5", "write 2 was acknowledged");
    }

    @Test
    void garbageIsLostData() {
        readBack(3, 12345);

        assertOnly(Kind.LOST, 1);
    }

    @Test
    void anUnknownWriteMayBeThereOrNotButStaysAsItWasFound() {
        bench.answered(first, Bench.EAST);
        bench.mirror.ledger().unknown(second);

        readBack(5, second.fingerprints().get(1));
        readBack(4, BlockContent.ZEROES);
        assertThat(bench.violations.none()).isTrue();

        readBack(4, second.fingerprints().get(0));
        assertOnly(Kind.LOST, 1);
        readBack(5, first.fingerprints().get(0));
        assertOnly(Kind.LOST, 2);
    }

    @Test
    void zeroesAreAVersionLikeAnyOther() {
        bench.answered(second, Bench.EAST);
        Change trim = Change.zeroes(Change.Kind.TRIM, bench.mirror.nextSerial(), 4, 1, false);
        bench.mirror.ledger().acknowledged(trim);

        readBack(4, BlockContent.ZEROES);
        assertThat(bench.violations.none()).isTrue();

        readBack(4, second.fingerprints().get(0));
        assertOnly(Kind.LOST, 1);
    }

    @Test
    void aBlockThatARequestHasIsNotJudged() {
        assertThat(bench.mirror.ledger().take(4, 2)).isTrue();
        assertThat(bench.mirror.ledger().take(5, 1)).isFalse();

        readBack(5, 12345);

        assertThat(bench.violations.none()).isTrue();
    }

    @Test
    void anAnsweredWriteMayBeLostWithItsConnectionUntilAFlushCoversIt() {
        Ledger ledger = bench.mirror.ledger();
        long connection = ledger.newConnection();
        ledger.answered(first, connection);
        readBack(5, first.fingerprints().get(0), connection);
        readBack(5, BlockContent.ZEROES, ledger.newConnection());
        assertThat(bench.said).isEmpty();

        long again = ledger.newConnection();
        ledger.answered(second, again);
        ledger.flushed(connection, ledger.moment());
        readBack(4, BlockContent.ZEROES, ledger.newConnection());
        assertThat(bench.said).isEmpty();
        ledger.flushed(again, ledger.moment());
        readBack(5, BlockContent.ZEROES, ledger.newConnection());
        assertOnly(Kind.LOST, 1);
    }

    @Test
    void aConnectionThatLivesShowsWhatItAnsweredFlushedOrNot() {
        Ledger ledger = bench.mirror.ledger();
        long connection = ledger.newConnection();
        ledger.answered(first, connection);

        readBack(5, BlockContent.ZEROES, connection);

        assertOnly(Kind.LOST, 1);
    }

    @Test
    void whatWasReadBeforeAFlushStays() {
        Ledger ledger = bench.mirror.ledger();
        ledger.answered(first, ledger.newConnection());
        long connection = ledger.newConnection();
        readBack(5, first.fingerprints().get(0), connection);
        ledger.flushed(connection, ledger.moment());

        readBack(5, BlockContent.ZEROES, ledger.newConnection());

        assertOnly(Kind.LOST, 1);
    }

    @Test
    void anOldSourceShowsWhatIsOlderThanWasAcknowledgedAndNothingElse() {
        Ledger ledger = bench.mirror.ledger();
        ledger.acknowledged(first);
        Ledger.Expected before = ledger.expected(5);
        ledger.acknowledged(second);
        Ledger.Expected after = ledger.expected(5);

        assertThat(before.isNewerThan(block(first, 5))).isFalse();
        assertThat(after.isNewerThan(block(second, 5))).isFalse();
        assertThat(after.isNewerThan(block(first, 5))).isTrue();
    }

    @Test
    void aWriteBelongsToTheVolumeThatHasItsBlocks() throws Exception {
        Change other = bench.write(TortureMirror.VOLUME_BLOCKS + 5, 1);
        bench.log(other);
        bench.answered(other, Bench.EAST);
        bench.replica(Bench.EAST, 1, Optional.empty(), other);
        bench.replica(Bench.WEST, 1, Optional.empty(), first);

        bench.endCheck().check();

        assertThat(bench.violations.count(Kind.DIFFERENT)).isEqualTo(2);
        assertThat(bench.violations.count(Kind.PREFIX)).isEqualTo(2);
        assertThat(bench.violations.count(Kind.LOST)).isZero();
    }

    @Test
    void anAcknowledgedWriteThatIsNotInTheRingIsLost() {
        bench.answered(first, Bench.EAST);

        bench.mirror.acknowledgements().end();

        assertOnly(Kind.LOST, 1);
    }

    @Test
    void aWriteOfWhichTheRingHasOnlyAPartIsLost() {
        Change part = bench.write(4, 1);
        bench.log(new Change(second.serial(), 4, Change.Kind.WRITE, part.fingerprints(), false));
        bench.answered(second, Bench.EAST);

        bench.mirror.acknowledgements().end();

        assertOnly(Kind.LOST, 1);
    }

    @Test
    void anOldSourceThatAcknowledgesAfterANewTermBeganIsAZombie() {
        bench.beginTerm(Bench.WEST);
        bench.answered(first, Bench.EAST);

        bench.mirror.acknowledgements().end();

        assertOnly(Kind.ZOMBIE, 1);
    }

    @Test
    void anOldSourceThatAcknowledgesWhatAnotherTermLoggedIsAZombie() {
        bench.beginTerm(Bench.WEST);
        bench.log(first);

        bench.answered(first, Bench.EAST);

        assertOnly(Kind.ZOMBIE, 1);
    }

    @Test
    void aWriteThatWasLoggedBeforeTheNewTermMayBeAcknowledgedLate() {
        bench.log(first);
        bench.beginTerm(Bench.WEST);
        bench.mirror.acknowledgements().answered(first, Bench.EAST, new Acknowledgements.Term(1, Bench.EAST));

        bench.mirror.acknowledgements().end();

        assertThat(bench.violations.none()).isTrue();
    }

    @Test
    void aReplicaMustHoldWhatItsPositionSaysAndNoMore() throws Exception {
        bench.log(first);
        bench.log(second);

        bench.replica(Bench.EAST, 1, Optional.empty(), first);
        bench.checkReplica(Bench.EAST);
        assertThat(bench.said).isEmpty();

        bench.replica(Bench.EAST, 2, Optional.empty());
        bench.checkReplica(Bench.EAST);
        assertOnly(Kind.PREFIX, 2);

        bench.replica(Bench.WEST, 1, Optional.empty(), first, second);
        bench.checkReplica(Bench.WEST);
        assertOnly(Kind.PREFIX, 4);
    }

    @Test
    void aFlushCutShortMayHaveWrittenAnyPartOfWhatItWasToWrite() throws Exception {
        bench.log(first);
        bench.log(second);
        Change third = bench.write(5, 1);
        bench.log(third);

        bench.replica(Bench.EAST, 1, Optional.of(2L), first, second);
        bench.checkReplica(Bench.EAST);
        assertThat(bench.said).isEmpty();

        bench.replica(Bench.WEST, 1, Optional.of(2L), third);
        bench.checkReplica(Bench.WEST);
        assertOnly(Kind.PREFIX, 1);
    }

    @Test
    void whatNobodyNeedsIsForgottenAndTheRestIsStillKnown() throws Exception {
        bench.log(first);
        bench.log(second);
        bench.mirror.history().forgetBelow(1);

        bench.replica(Bench.EAST, 1, Optional.empty(), first);
        bench.checkReplica(Bench.EAST);

        assertThat(bench.said).isEmpty();
    }

    @Test
    void aGapInTheRingIsFound() {
        bench.log(1, 2, first);

        assertOnly(Kind.PREFIX, 1);
    }

    @Test
    void aRecordOfAnOldTermBehindANewOneIsFound() {
        bench.log(first);
        bench.beginTerm(Bench.WEST);

        bench.log(1, 2, second);

        assertOnly(Kind.PREFIX, 1);
    }

    @Test
    void aTermWithoutItsBeginningIsFound() {
        bench.log(3, 1, first);

        assertOnly(Kind.PREFIX, 1);
    }

    @Test
    void whatIsRepeatedOrLeftOfAnEarlierEpochIsPassedOver() {
        bench.log(first);
        bench.log(1, 1, first);
        bench.seal();
        bench.beginTerm(Bench.WEST);
        bench.log(2, 1, first);
        bench.take(2, 1, new LogBody.Beat());

        assertThat(bench.said).isEmpty();
        assertThat(bench.mirror.history().sequence()).isEqualTo(1);
        assertThat(bench.mirror.source()).isEqualTo(Bench.WEST);
    }

    @Test
    void replicasThatDifferAtTheEndAreFoundByAllThreeWitnesses() throws Exception {
        bench.log(first);
        bench.answered(first, Bench.EAST);
        bench.replica(Bench.EAST, 1, Optional.empty(), first);
        bench.replica(Bench.WEST, 1, Optional.empty(), first);

        bench.endCheck().corrupt();
        bench.endCheck().check();

        assertThat(bench.violations.count(Kind.DIFFERENT)).isEqualTo(1);
        assertThat(bench.violations.count(Kind.PREFIX)).isEqualTo(1);
        assertThat(bench.violations.count(Kind.LOST)).isZero();
    }

    @Test
    void replicasThatAgreeOnSomethingElseThanWasAcknowledgedAreFound() throws Exception {
        bench.log(first);
        bench.answered(first, Bench.EAST);
        bench.answered(second, Bench.EAST);
        bench.replica(Bench.EAST, 1, Optional.empty(), first);
        bench.replica(Bench.WEST, 1, Optional.empty(), first);

        bench.endCheck().check();

        assertThat(bench.violations.count(Kind.LOST)).isEqualTo(3);
        assertThat(bench.violations.count(Kind.DIFFERENT)).isZero();
    }

    @Test
    void aBlockTellsWhichWriteItIs() {
        ByteBuffer data = ByteBuffer.allocate(BlockContent.BLOCK_BYTES);
        BlockContent.Stamp stamp = new BlockContent.Stamp(3, 17, 4711);
        BlockContent.put(stamp, data);
        data.flip();

        assertThat(BlockContent.read(data)).contains(stamp);
        assertThat(BlockContent.describe(data)).isEqualTo("write 4711 to block 17 of mirror 3");
        data.put(2000, (byte) ~data.get(2000));
        assertThat(BlockContent.read(data)).isEmpty();
        assertThat(BlockContent.describe(data)).isEqualTo("garbage");
        assertThat(BlockContent.describe(ByteBuffer.allocate(BlockContent.BLOCK_BYTES)))
                .isEqualTo("zeroes");
    }

    private ByteBuffer block(Change change, long block) {
        ByteBuffer data = ByteBuffer.allocate(BlockContent.BLOCK_BYTES);
        BlockContent.put(new BlockContent.Stamp(bench.mirror.number(), block, change.serial()), data);
        return data.flip();
    }

    private void readBack(long block, long fingerprint) {
        readBack(block, fingerprint, 0);
    }

    private void readBack(long block, long fingerprint, long connection) {
        bench.mirror.ledger().readBack(block, fingerprint, connection, Bench.WEST, DESCRIBED);
    }

    private void assertOnly(Kind kind, long count) {
        assertThat(List.of(Kind.values()))
                .as("%s", bench.said)
                .allSatisfy(each -> assertThat(bench.violations.count(each)).isEqualTo(each == kind ? count : 0));
    }
}
