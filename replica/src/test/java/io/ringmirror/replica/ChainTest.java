package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The chain rule by rule; {@link ChainPropertyTest} holds it to whole histories. */
class ChainTest {
    private static final UUID BERLIN = new UUID(1, 1);
    private static final UUID PARIS = new UUID(2, 2);

    private final MemoryRing ring = new MemoryRing(3);
    private final RingScript script = new RingScript(ring);
    private final Walk walk = new Walk(ring, Walk.origin());
    private final Chain chain = walk.chain();

    @Test
    void theFirstTermBeginOpensTheFirstEpochInLogZero() {
        RingEntry begin = script.term(BERLIN);
        assertThat(chain.follow(begin)).isEqualTo(Chain.Step.OPEN);
        Position position = chain.position();
        assertThat(position.term()).isEqualTo(1);
        assertThat(position.writer()).contains(BERLIN);
        assertThat(position.epoch())
                .isEqualTo(new Position.EpochProgress(1, 0, 0, position.epoch().digest(), false));
        assertThat(position.log()).isZero();
        assertThat(position.offset()).isZero();
        assertThat(position.nextOffset()).isEqualTo(1);
        assertThat(chain.trails()).containsExactly(new EpochTrail(0, 1, 0, Optional.empty()));
    }

    @Test
    void anEpochCountsItsRecordsAndItsSealLeadsToTheNextLog() {
        script.write("disk", 0, 1000);
        script.zero("disk", 0, 4096);
        RingEntry seal = script.seal(2);
        walk.toEnd();
        Position position = chain.position();
        assertThat(position.sequence()).isEqualTo(2);
        assertThat(position.epoch().sealed()).isTrue();
        assertThat(position.epoch().records()).isEqualTo(2);
        assertThat(position.epoch().bytes()).isEqualTo(1000);
        assertThat(position.nextLog()).isEqualTo(2);
        assertThat(position.nextOffset()).isZero();
        EpochTrail.Seal sealed = chain.trail(0).orElseThrow().seal().orElseThrow();
        assertThat(sealed.endOffset()).isEqualTo(seal.offset() + 1);
        assertThat(sealed.digest()).isEqualTo(position.epoch().digest());

        script.write();
        walk.toEnd();
        assertThat(chain.epoch()).isEqualTo(2);
        assertThat(chain.trail(2)).contains(new EpochTrail(2, 2, 0, Optional.empty()));
    }

    @Test
    void whatStandsBehindAMissingRecordIsPassedOverUntilItComesAgainBehindIt() {
        script.write();
        walk.toEnd();
        ring.tamper(0, script.write().offset(), null);
        RingEntry third = script.write();
        script.seal(1);
        walk.toEnd();
        assertThat(chain.sequence()).isEqualTo(1);
        assertThat(chain.nextOffset()).as("nothing was taken").isEqualTo(2);
        assertThat(chain.hole())
                .hasValueSatisfying(why -> assertThat(why)
                        .contains(third.describe(), "after sequence 1 of epoch 1, term 1", "waits for that record"));

        script.repeat(3);
        script.write();
        walk.toEnd();
        assertThat(walk.applied()).extracting(LogRecord::sequence).containsExactly(1L, 2L, 3L, 4L);
        assertThat(chain.epoch()).isEqualTo(2);
        assertThat(chain.hole()).isEmpty();
    }

    @Test
    void aTermBeginVoidsWhatEarlierTermsLeftBehindAMissingRecord() {
        script.write();
        ring.tamper(0, script.write().offset(), null);
        script.write();
        ring.append(0, record(2, 1, 1, new LogBody.TermBegin("paris", PARIS)));
        LogRecord second = record(2, 1, 2, zeroes(0, 512));
        LogRecord third = record(2, 1, 3, zeroes(512, 512));
        ring.append(0, second);
        ring.append(0, third);
        walk.toEnd();
        assertThat(walk.applied()).last().isEqualTo(third);
        assertThat(walk.applied()).element(1).isEqualTo(second);
        assertThat(chain.term()).isEqualTo(2);
        assertThat(chain.hole()).isEmpty();
    }

    /** What is there already cannot stand behind something that is missing: to wait for that would be to wait for ever. */
    @Test
    void aNumberThatWasTakenIsNotWaitedFor() {
        script.write();
        script.write();
        walk.toEnd();
        ring.append(0, record(1, 1, 1, new LogBody.EpochEnd(1, 512, 0, 1, 0)));
        assertRefused(() -> walk.toEnd(), Kind.GAP, "not next after sequence 2");
    }

    @Test
    void aNumberThatWasTakenIsNotThatOfATermWhoseBeginIsMissing() {
        script.write();
        script.write();
        walk.toEnd();
        ring.append(0, record(2, 1, 2, zeroes(0, 512)));
        assertRefused(() -> walk.toEnd(), Kind.GAP, "not next after sequence 2");
    }

    @Test
    void whatStandsBehindAMissingTermBeginIsPassedOverUntilSomebodyBeginsTheTerm() {
        script.write();
        ring.append(0, record(2, 1, 2, zeroes(0, 512)));
        walk.toEnd();
        assertThat(chain.sequence()).isEqualTo(1);
        assertThat(chain.hole()).isPresent();

        ring.append(0, record(2, 1, 1, new LogBody.TermBegin("paris", PARIS)));
        LogRecord again = record(2, 1, 2, zeroes(512, 512));
        ring.append(0, again);
        walk.toEnd();
        assertThat(walk.applied()).last().isEqualTo(again);
    }

    @Test
    void whatStandsBehindAMissingEpochBeginIsPassedOverUntilTheEpochIsOpened() {
        script.write();
        script.seal(1);
        LogRecord write = record(1, 2, 2, zeroes(0, 512));
        ring.append(1, write);
        walk.toEnd();
        assertThat(chain.sealed()).isTrue();
        assertThat(chain.hole()).isPresent();

        ring.append(1, record(1, 2, 1, new LogBody.EpochBegin()));
        ring.append(1, write);
        walk.toEnd();
        assertThat(chain.epoch()).isEqualTo(2);
        assertThat(chain.sequence()).isEqualTo(2);
    }

    @Test
    void aBeatThatWasSentAgainDoesNotHideThatARecordIsMissing() {
        script.write();
        RingEntry beat = script.beat();
        ring.tamper(0, script.write().offset(), null);
        script.write();
        ring.append(0, beat.record());
        walk.toEnd();
        assertThat(chain.hole()).isPresent();
        assertThat(chain.position().offset()).isEqualTo(beat.offset());
    }

    @Test
    void aWriterIsNeverToldOfARecordBehindAMissingOne() {
        chain.follow(script.term(BERLIN));
        script.write();
        RingEntry third = script.write();
        assertRefused(() -> chain.follow(third), Kind.GAP, third.describe(), "not next after sequence 0");
    }

    @Test
    void aRepetitionIsPassedOverAndMovesNothingButTheOffset() {
        script.write();
        script.write();
        walk.toEnd();
        Position before = chain.position();
        script.repeat(3);
        assertThat(walk.toEnd().applied()).hasSize(2);
        Position after = chain.position();
        assertThat(after.epoch()).isEqualTo(before.epoch());
        assertThat(after.offset()).isEqualTo(before.offset());
        assertThat(after.nextOffset()).isEqualTo(before.nextOffset() + 3);
    }

    @Test
    void theSameNumberWithOtherBytesStopsTheMirror() {
        RingEntry written = script.write();
        walk.toEnd();
        ring.append(0, new LogRecord(Optional.empty(), 1, 1, written.record().sequence(), zeroes(0, 512)));
        assertRefused(() -> walk.toEnd(), Kind.DIVERGED, "in log 0 at offset 2", "with other bytes");
    }

    @Test
    void aTermBeginInTheOpenEpochGoesOnInIt() {
        script.term(BERLIN);
        script.write();
        script.term(PARIS);
        script.write();
        script.seal();
        walk.toEnd();
        assertThat(chain.term()).isEqualTo(2);
        assertThat(chain.position().writer()).contains(PARIS);
        assertThat(chain.epoch()).isEqualTo(1);
        assertThat(chain.trail(0).orElseThrow().seal().orElseThrow().records()).isEqualTo(2);
    }

    @Test
    void aTermBeginBehindASealOpensTheNextEpoch() {
        script.term(BERLIN);
        script.write();
        script.seal();
        script.term(PARIS);
        walk.toEnd();
        assertThat(chain.term()).isEqualTo(2);
        assertThat(chain.epoch()).isEqualTo(2);
        assertThat(chain.sealed()).isFalse();
    }

    @Test
    void aLowerTermAfterAHigherStopsTheMirror() {
        script.term(BERLIN);
        LogRecord old = script.write().record();
        script.term(PARIS);
        walk.toEnd();
        ring.append(0, new LogRecord(Optional.empty(), 1, 1, old.sequence() + 1, old.body()));
        assertRefused(() -> walk.toEnd(), Kind.DIVERGED, "follows a record of term 2", "an old owner's record");
    }

    @Test
    void aTermTwoHigherShowsThatTheOneBetweenIsMissing() {
        script.write();
        walk.toEnd();
        ring.append(0, record(3, 1, 2, zeroes(0, 512)));
        assertRefused(() -> walk.toEnd(), Kind.GAP, "not next after sequence 1 of epoch 1, term 1");
    }

    @Test
    void aRecordOfALaterEpochShowsThatASealIsMissing() {
        script.write();
        walk.toEnd();
        ring.append(0, record(1, 2, 2, zeroes(0, 512)));
        assertRefused(() -> walk.toEnd(), Kind.GAP, "not next after sequence 1 of epoch 1, term 1");
    }

    @Test
    void aBeatOfAHigherTermShowsThatItsTermBeginIsMissing() {
        script.write();
        walk.toEnd();
        ring.append(0, record(2, 1, 1, new LogBody.Beat()));
        assertRefused(() -> walk.toEnd(), Kind.GAP, "after term 1 without its TermBegin");
    }

    @Test
    void aTermBelongsToOneReplica() {
        script.term(BERLIN);
        walk.toEnd();
        ring.append(0, script.opening(new LogBody.TermBegin("paris", PARIS)));
        assertRefused(() -> walk.toEnd(), Kind.DIVERGED, "gives term 1 to replica " + PARIS, "that of " + BERLIN);
    }

    @Test
    void aNewTermTakesUpTheSequenceWhereItIs() {
        script.write();
        walk.toEnd();
        ring.append(
                0, new LogRecord(Optional.of(RingScript.MIRROR_ID), 2, 1, 0, new LogBody.TermBegin("paris", PARIS)));
        assertRefused(() -> walk.toEnd(), Kind.GAP, "TermBegin");
    }

    @Test
    void aSealThatCountsOtherwiseStopsTheMirrorI7() {
        script.write();
        walk.toEnd();
        long digest = chain.position().epoch().digest();
        ring.append(0, script.record(new LogBody.EpochEnd(1, 512, digest + 1, 1, 0)));
        assertRefused(() -> walk.toEnd(), Kind.DIVERGED, "counts 1 records, 512 bytes", "here epoch 1 has 1, 512");
        assertThat(chain.sealed()).isFalse();
    }

    @Test
    void aSealLeadsToAnotherLog() {
        script.write();
        walk.toEnd();
        Position at = chain.position();
        ring.append(0, script.record(new LogBody.EpochEnd(1, 512, at.epoch().digest(), 0, 3)));
        assertRefused(() -> walk.toEnd(), Kind.CORRUPT, "names its own log");
    }

    @Test
    void whatTheLastEpochLeftBehindItsSealIsPassedOverWhenTheLogIsUsedAgain() {
        script.write();
        script.beat();
        script.seal(1);
        script.repeat(3);
        script.write();
        script.seal(0);
        script.write();
        walk.toEnd();
        assertThat(chain.epoch()).isEqualTo(3);
        assertThat(walk.applied()).hasSize(3);
    }

    @Test
    void whatWasLeftBehindASealMustBeWhatWasWritten() {
        RingEntry first = script.write();
        script.seal(1);
        ring.append(0, new LogRecord(Optional.empty(), 1, 1, first.record().sequence(), zeroes(0, 512)));
        script.write();
        script.seal(0);
        assertRefused(() -> walk.toEnd(), Kind.DIVERGED, "with other bytes");
    }

    @Test
    void anEarlierEpochsRecordBehindTheNextOnesOpeningIsAFault() {
        script.write();
        LogRecord beat = script.beat().record();
        script.seal(1);
        script.write();
        script.seal(0);
        script.begin();
        walk.toEnd();
        ring.append(0, beat);
        assertRefused(() -> walk.toEnd(), Kind.GAP, "Beat");
    }

    @Test
    void anEpochBeginsBehindTheSealOfTheOneBefore() {
        script.write();
        walk.toEnd();
        ring.append(0, new LogRecord(Optional.of(RingScript.MIRROR_ID), 1, 2, 1, new LogBody.EpochBegin()));
        assertRefused(() -> walk.toEnd(), Kind.GAP, "EpochBegin");
    }

    @Test
    void aBeatMovesThePositionAndNotTheDigest() {
        script.write();
        walk.toEnd();
        Position before = chain.position();
        RingEntry beat = script.beat();
        walk.toEnd();
        assertThat(chain.position().epoch()).isEqualTo(before.epoch());
        assertThat(chain.position().offset()).isEqualTo(beat.offset());
        assertThat(chain.timeMs()).isEqualTo(beat.timeMs());
    }

    @Test
    void aBeatShowsThatRecordsBeforeItAreMissing() {
        script.write();
        ring.tamper(0, script.write().offset(), null);
        script.beat();
        assertRefused(() -> walk.toEnd(), Kind.GAP, "Beat");
    }

    @Test
    void aRecordOfAnotherMirrorIsRefused() {
        ring.append(0, new LogRecord(Optional.of(new UUID(9, 9)), 1, 1, 0, new LogBody.TermBegin("berlin", BERLIN)));
        assertRefused(() -> walk.toEnd(), Kind.WRONG_MIRROR, new UUID(9, 9).toString(), "made anew or shared");
    }

    @Test
    void aKindThatThisVersionDoesNotApplyStopsTheMirrorF19() {
        script.write();
        walk.toEnd();
        ring.append(0, script.record(new LogBody.BaselineBegin(PARIS)));
        assertRefused(() -> walk.toEnd(), Kind.CORRUPT, "BaselineBegin", "run a newer version");
    }

    @Test
    void anEntryFromElsewhereThanTheChainGoesOnIsACallersMistake() {
        chain.follow(script.term(BERLIN));
        RingEntry second = script.write();
        chain.follow(second);
        assertThatThrownBy(() -> chain.follow(new RingEntry(1, 9, 0, 0, 1, second.record())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("goes on in log 0");
    }

    /** A source sees it by its acknowledgements when brokers have lost what they had, or have another topic. */
    @Test
    void anOffsetThatGoesBackSaysThatRecordsWereLostF6F11() {
        RingEntry first = script.term(BERLIN);
        chain.follow(first);
        chain.follow(script.write());
        assertRefused(() -> chain.follow(first), Kind.DIVERGED, "goes on at offset 2", "lost acknowledged records");
    }

    private static LogRecord record(long term, long epoch, long sequence, LogBody body) {
        Optional<UUID> mirror = body instanceof LogBody.Opening ? Optional.of(RingScript.MIRROR_ID) : Optional.empty();
        return new LogRecord(mirror, term, epoch, sequence, body);
    }

    private static LogBody.WriteZeroes zeroes(long offsetBytes, long lengthBytes) {
        return new LogBody.WriteZeroes("disk", offsetBytes, lengthBytes, Crc.ofRange(offsetBytes, lengthBytes));
    }

    private static void assertRefused(ThrowingCallable step, Kind kind, String... words) {
        assertThatThrownBy(step)
                .isInstanceOfSatisfying(
                        ChainException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContainingAll(words);
    }
}
