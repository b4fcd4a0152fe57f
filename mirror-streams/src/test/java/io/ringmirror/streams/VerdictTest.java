package io.ringmirror.streams;

import static io.ringmirror.streams.Tales.beat;
import static io.ringmirror.streams.Tales.destination;
import static io.ringmirror.streams.Tales.event;
import static io.ringmirror.streams.Tales.holding;
import static io.ringmirror.streams.Tales.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No verdict is better than what is known, and the age of what a replica lacks is that of the oldest write it lacks. */
class VerdictTest extends FoldScene {
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();

    /** Level at record 30; the source's fourth epoch is open. */
    private void level() {
        tell(beat("a", source(3)), beat("b", destination(3, 3)));
        assertThat(status.verdict()).isEqualTo(Verdict.IN_SYNC);
    }

    /** The source, with so many records beyond the last flush, the first of them at this time. */
    private static ReplicaState sourceWith(long records, long sinceMs) {
        return holding(source(3), 30 + records, sinceMs);
    }

    @Test
    void aKilledDestinationIsSilentAfterAFewBeats() {
        level();
        pass(9_000);
        tell(beat("a", source(3)));
        assertThat(status.verdict()).isEqualTo(Verdict.IN_SYNC);

        pass(1_001);

        assertThat(status.verdict()).isEqualTo(Verdict.SILENT);
        assertThat(status.reason()).isEqualTo("b was last heard at 1970-01-01T00:00:10Z");
    }

    @Test
    void aServerThatSpeaksAgainIsNotSilentAnyMore() {
        level();
        pass(60_000);
        assertThat(status.reason()).contains("a was last heard", "b was last heard");

        tell(beat("a", source(3)), beat("b", destination(3, 3)));

        assertThat(status.verdict()).isEqualTo(Verdict.IN_SYNC);
    }

    @Test
    void aServerThatSaidItStoppedIsStoppedAndNotSilent() {
        level();
        tell(event("b", 1, new Fact.Stopped("closed"), destination(3, 3)));
        pass(60_000);
        tell(beat("a", source(3)));

        assertThat(status.verdict()).isEqualTo(Verdict.STOPPED);
    }

    @Test
    void aServerThatCannotOpenItsReplicaIsStoppedAndWhatWasKnownOfThatStays() {
        level();
        ReplicaState nothing = new ReplicaState(Role.DESTINATION, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
        tell(event("b", 0, new Fact.Stopped("position file cannot be used"), nothing));

        assertThat(status.verdict()).isEqualTo(Verdict.STOPPED);
        assertThat(status.replicas())
                .filteredOn(replica -> replica.server().equals("b"))
                .singleElement()
                .satisfies(replica -> assertThat(replica.state().flushedEpoch()).isEqualTo(3));
    }

    @Test
    void aServerThatCannotDeleteIsNamedWhateverElseHolds() {
        level();
        tell(beat("b", destination(3, 3).withUndeleted("it may not delete", 5_000)));

        assertThat(status.verdict()).isEqualTo(Verdict.IN_SYNC);
        assertThat(status.reason()).endsWith("; b cannot give logs back since 1970-01-01T00:00:05Z: it may not delete");
    }

    @Test
    void aServerOfAnEarlierVersionThatDoesNotSayHowOftenItSpeaksIsGivenThreeMinutes() {
        level();
        ReplicaState old = destination(3, 3);
        ReplicaState unsaid = new ReplicaState(
                Role.DESTINATION, 3, 30, old.flushedTimeMs(), 3, 3, 30, old.appliedTimeMs(), 0, 0, 0, old.trails());
        tell(beat("b", unsaid));
        pass(180_000);
        tell(beat("a", source(3)));
        assertThat(status.verdict()).isEqualTo(Verdict.IN_SYNC);

        pass(1);

        assertThat(status.verdict()).isEqualTo(Verdict.SILENT);
    }

    @Test
    void aMirrorWithoutASourceIsNotInSync() {
        level();
        tell(beat("a", destination(3, 3)));

        assertThat(status.verdict()).isEqualTo(Verdict.NO_SOURCE);
        assertThat(status.reason()).contains("promote one");
        assertThat(status.source()).isEmpty();
    }

    /** It died as the source of term 1; "b" took its place and gave it up again. */
    @Test
    void aDeadSourceOfAnEarlierTermIsNotTheSource() {
        level();
        ReplicaState after = Tales.state(Role.SOURCE, 3, 3, 4);
        tell(event("b", 2, new Fact.TermBegun(0, 50), after));
        assertThat(status.source())
                .hasValueSatisfying(source -> assertThat(source.server()).isEqualTo("b"));

        tell(event("b", 2, new Fact.Beat(), Tales.state(Role.DESTINATION, 3, 3, 4)));

        assertThat(status.source()).isEmpty();
        assertThat(status.verdict()).isEqualTo(Verdict.NO_SOURCE);
    }

    @Test
    void whatWasWrittenAndIsNotFlushedIsNeverInSync() {
        level();
        tell(beat("a", sourceWith(1, nowMs)));

        assertThat(replica("b").lagRecords()).isEqualTo(1);
        assertThat(status.verdict()).isEqualTo(Verdict.CATCHING_UP);
        assertThat(status.reason()).isEqualTo("a has flushed epoch 3, and not all that came after it");
    }

    @Test
    void anIdleHourIsNoLossOfData() {
        level();
        for (long end = nowMs + HOUR_MS; nowMs < end; nowMs += 3_000) {
            tell(beat("a", source(3)), beat("b", destination(3, 3)));
        }
        long writtenMs = nowMs - 700;
        tell(beat("a", sourceWith(1, writtenMs)));

        assertThat(replica("b").rpoMs()).isEqualTo(700);
        assertThat(replica("a").rpoMs()).isEqualTo(700);
    }

    @Test
    void whatADeadDestinationLacksGrowsOldWhileTheSourceGoesOn() {
        level();
        long writtenMs = nowMs;
        tell(beat("a", sourceWith(1, writtenMs)));
        for (int epoch = 4; epoch <= 103; epoch++) {
            nowMs += 1_000;
            tell(beat("a", holding(source(epoch), epoch * 10L + 1, nowMs - 100)));
        }

        assertThat(replica("b").rpoMs()).isEqualTo(100_000);
        pass(20_000);
        assertThat(replica("b").rpoMs()).isEqualTo(120_000);
    }

    @Test
    void itGrowsOldWhereTheSourceHasFlushedItAndIsSilentToo() {
        level();
        nowMs += 5_000;
        tell(beat("a", sourceWith(1, nowMs - 400)));
        tell(beat("a", source(4)));
        pass(HOUR_MS);

        assertThat(replica("b").rpoMs()).isEqualTo(HOUR_MS + 400);
        assertThat(replica("a").rpoMs()).isZero();
    }

    /** The source never told of the record while it held it unflushed: it is as old as its word before, at the most. */
    @Test
    void aRecordThatNobodyHoldsUnflushedIsAsOldAsTheSourcesLastWordBeforeIt() {
        level();
        long levelMs = nowMs;
        nowMs += 2_500;
        tell(beat("a", source(4)));

        assertThat(replica("b").rpoMs()).isEqualTo(nowMs - levelMs);
    }

    @Test
    void aDestinationThatLagsIsBehindByTheOldestRecordItHolds() {
        level();
        nowMs += 10_000;
        tell(beat("a", source(6)), beat("b", holding(destination(4, 6), 60, nowMs - 5_679)));

        assertThat(replica("b").rpoMs()).isEqualTo(5_679);
    }

    @Test
    void aStatusThatTheTrackerHasNotRepeatedForLongIsSilentToWhoeverShowsItF25() {
        level();
        long toldMs = status.toldMs();

        assertThat(Silence.shown(status, toldMs + 30_000).verdict()).isEqualTo(Verdict.IN_SYNC);
        MirrorStatus shown = Silence.shown(status, toldMs + 30_001);

        assertThat(shown.verdict()).isEqualTo(Verdict.SILENT);
        assertThat(shown.reason())
                .startsWith("the tracker has not spoken since 1970-01-01T00:00:10Z; before, in-sync: every replica");
    }

    @Test
    void whatIsWorseThanSilenceStays() {
        level();
        tell(event("b", 1, new Fact.Stopped("gap"), destination(3, 3)));

        assertThat(Silence.shown(status, nowMs + HOUR_MS).verdict()).isEqualTo(Verdict.STOPPED);
    }

    @Test
    void agesAreThoseOfTheMomentTheyAreShown() {
        level();
        tell(beat("a", sourceWith(1, nowMs)));

        assertThat(Silence.shown(status, nowMs + 7_000).replicas())
                .allSatisfy(replica -> assertThat(replica.rpoMs()).isEqualTo(7_000));
    }
}
