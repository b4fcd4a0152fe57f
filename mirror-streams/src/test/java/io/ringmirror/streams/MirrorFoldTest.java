package io.ringmirror.streams;

import static io.ringmirror.streams.Tales.beat;
import static io.ringmirror.streams.Tales.definition;
import static io.ringmirror.streams.Tales.destination;
import static io.ringmirror.streams.Tales.event;
import static io.ringmirror.streams.Tales.sealed;
import static io.ringmirror.streams.Tales.source;
import static io.ringmirror.streams.Tales.trail;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Log;
import io.ringmirror.schemas.MirrorStatus.LogState;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MirrorFoldTest {
    private Definition definition = definition(1, "a", "b");
    private MirrorStatus status = MirrorFold.redefined(definition, Optional.empty());
    private long nowMs = 10_000;

    @Test
    void aNewMirrorWaitsForItsReplicas() {
        assertThat(status.verdict()).isEqualTo(Verdict.WAITING);
        assertThat(status.reason()).isEqualTo("not heard yet: a, b; nothing is released until then");
        assertThat(status.requiredLogs()).isZero();
        assertThat(status.replicas())
                .extracting(replica -> replica.state().role())
                .containsExactly(Role.SOURCE, Role.DESTINATION);
    }

    @Test
    void nothingIsReleasedBeforeEveryRegisteredReplicaWasHeardF25() {
        tell(beat("a", source(3)));

        assertThat(status.sealedEpoch()).isEqualTo(3);
        assertThat(status.openEpoch()).isEqualTo(4);
        assertThat(status.releasedEpoch()).isZero();
        assertThat(status.verdict()).isEqualTo(Verdict.WAITING);
        assertThat(states()).containsExactly(LogState.SEALED, LogState.SEALED, LogState.SEALED, LogState.OPEN);
    }

    @Test
    void theSlowestReplicaDecidesWhatIsReleased() {
        tell(beat("a", source(3)), beat("b", destination(2, 3)));

        assertThat(status.releasedEpoch()).isEqualTo(2);
        assertThat(states()).containsExactly(LogState.RELEASED, LogState.RELEASED, LogState.SEALED, LogState.OPEN);
        assertThat(status.verdict()).isEqualTo(Verdict.CATCHING_UP);
        assertThat(status.reason()).isEqualTo("b has flushed epoch 2 of 3");
    }

    @Test
    void theSourceIsARegisteredReplicaToo() {
        tell(beat("a", Tales.state(Role.SOURCE, 1, 3, 4)), beat("b", destination(3, 3)));

        assertThat(status.releasedEpoch()).isEqualTo(1);
    }

    @Test
    void levelReplicasAreInSyncWithNoLag() {
        tell(beat("a", source(3)), beat("b", destination(3, 3)));

        assertThat(status.verdict()).isEqualTo(Verdict.IN_SYNC);
        assertThat(status.reason()).isEqualTo("every replica has flushed epoch 3");
        assertThat(status.replicas())
                .allSatisfy(replica -> assertThat(replica)
                        .extracting("lagEpochs", "lagRecords", "rpoMs")
                        .containsExactly(0L, 0L, 0L));
    }

    @Test
    void lagIsCountedInEpochsRecordsAndAgeOfTheNewestFlushedRecord() {
        tell(beat("b", destination(1, 3)));
        nowMs = 12_500;
        tell(beat("a", source(3)));

        ReplicaStatus behind = replica("b");
        assertThat(behind.lagEpochs()).isEqualTo(2);
        assertThat(behind.lagRecords()).isEqualTo(20);
        assertThat(behind.rpoMs()).isEqualTo(11_500);
        assertThat(behind.heardMs()).isEqualTo(10_000);
    }

    @Test
    void aReplicaThatFlushedNothingIsBehindSinceTheMirrorWasMade() {
        tell(beat("a", source(1)), beat("b", destination(0, 1)));

        assertThat(replica("b").rpoMs()).isEqualTo(nowMs - Tales.CREATED_MS);
    }

    @Test
    void aClockBehindTheFlushedRecordGivesNoNegativeAgeF23() {
        nowMs = 200;
        tell(beat("a", source(3)), beat("b", destination(2, 3)));

        assertThat(replica("b").rpoMs()).isZero();
    }

    @Test
    void aClockThatGoesBackTakesNoHearingBackF23() {
        tell(beat("b", destination(1, 1)));
        nowMs = 9_000;
        tell(beat("b", destination(1, 1)));

        assertThat(replica("b").heardMs()).isEqualTo(10_000);
    }

    /** Only the log's clock dates what was heard; what servers take the time to be is for people. */
    @Test
    void aServersClockAYearOffChangesNothingF23() {
        Duration year = Duration.ofDays(365);
        tell(dated(beat("a", source(3)), year.toMillis()), dated(beat("b", destination(2, 3)), -year.toMillis()));
        MirrorStatus off = status;
        status = MirrorFold.redefined(definition, Optional.empty());
        tell(beat("a", source(3)), beat("b", destination(2, 3)));

        assertThat(off).isEqualTo(status);
        assertThat(off.releasedEpoch()).isEqualTo(2);
    }

    private static Event dated(Event event, long offMs) {
        return new Event(
                event.mirrorId(),
                event.mirror(),
                event.server(),
                event.replicaId(),
                event.term(),
                event.timeMs() + offMs,
                event.fact(),
                event.state());
    }

    @Test
    void theWorstReplicaComesFirst() {
        define(definition(2, "a", "b", "c"));
        tell(beat("a", source(3)), beat("b", destination(3, 3)), beat("c", destination(1, 3)));

        assertThat(status.replicas()).extracting(ReplicaStatus::server).containsExactly("c", "a", "b");
    }

    @Test
    void sevenSourceFlushesWithTheDestinationHeldNeedEightLogs() {
        tell(beat("b", destination(0, 0)));
        for (long epoch = 0; epoch <= 7; epoch++) {
            tell(beat("a", source(epoch)));
        }
        assertThat(status.requiredLogs()).isEqualTo(8);

        tell(beat("b", destination(7, 7)));
        assertThat(status.releasedEpoch()).isEqualTo(7);
        assertThat(status.requiredLogs()).isEqualTo(8);
    }

    @Test
    void theLogNamedByTheLastSealIsNeededBeforeAnythingIsWrittenToIt() {
        tell(beat("b", destination(0, 0)), beat("a", Tales.state(Role.SOURCE, 7, 7, 7)));

        assertThat(status.openEpoch()).isZero();
        assertThat(status.requiredLogs()).isEqualTo(8);
    }

    @Test
    void aReusedLogShowsItsNewEpoch() {
        tell(beat("a", source(3)), beat("b", destination(3, 3)));
        tell(beat(
                "a",
                Tales.state(Role.SOURCE, 4, 4, List.of(trail(0, 5, false), trail(2, 3, true), trail(3, 4, true)))));

        assertThat(status.openEpoch()).isEqualTo(5);
        assertThat(states()).containsExactly(LogState.OPEN, LogState.RELEASED, LogState.RELEASED, LogState.SEALED);
        assertThat(status.logs().get(0).trail().epoch()).isEqualTo(5);
    }

    @Test
    void aLateEventOfAnEarlierTermTakesNothingBack() {
        tell(event("a", 2, new Fact.TermBegun(0, 5), source(3)), beat("b", destination(1, 3)));
        tell(beat("a", source(3)));

        assertThat(status.term()).isEqualTo(2);
        assertThat(status.openEpoch()).isEqualTo(4);
    }

    @Test
    void anUnregisteredReplicaCountsForNothing() {
        tell(beat("a", source(3)), beat("b", destination(1, 3)));
        MirrorStatus before = status;
        Event stranger = beat("c", destination(3, 3));
        tell(stranger);

        assertThat(status).isEqualTo(before);
        assertThat(MirrorFold.refusal(definition, stranger))
                .hasValueSatisfying(why -> assertThat(why).contains("'c'", "is not registered"));
    }

    @Test
    void aServersDirectoryMadeAnewIsNotTheRegisteredReplica() {
        Event anew = new Event(Tales.MIRROR, "disk", "b", Tales.id(99), 1, 0, new Fact.Beat(), destination(3, 3));
        tell(beat("a", source(3)), anew);

        assertThat(status.releasedEpoch()).isZero();
        assertThat(replica("b").heard()).isFalse();
    }

    @Test
    void eventsOfAnEarlierMirrorOfTheSameNameCountForNothing() {
        Event earlier =
                new Event(Tales.id(1), "disk", "b", Tales.replicaOf("b"), 9, 0, new Fact.Beat(), destination(3, 3));
        tell(beat("a", source(3)), earlier);

        assertThat(status.term()).isEqualTo(1);
        assertThat(status.releasedEpoch()).isZero();
    }

    @Test
    void aMirrorMadeAnewUnderAnOldNameBeginsAnew() {
        tell(beat("a", source(3)), beat("b", destination(3, 3)));
        define(definition(Tales.id(2), 1, "a", "b"));

        assertThat(status.mirrorId()).isEqualTo(Tales.id(2));
        assertThat(status.releasedEpoch()).isZero();
        assertThat(status.logs()).isEmpty();
        assertThat(status.verdict()).isEqualTo(Verdict.WAITING);
    }

    /** I7. */
    @Test
    void anEpochWithTwoDigestsIsNotReleased() {
        tell(beat("a", source(3)));
        tell(beat("b", otherDigestOfEpochTwo(3)));

        assertThat(status.releasedEpoch()).isEqualTo(1);
        assertThat(status.divergedEpoch()).isEqualTo(2);
        assertThat(status.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(status.reason())
                .startsWith("epoch 2 is not the same everywhere: ")
                .contains("a has ", "b has ");
    }

    @Test
    void aDivergenceStaysWhateverIsSaidLater() {
        tell(beat("a", source(3)), beat("b", otherDigestOfEpochTwo(2)));
        String reason = status.reason();
        tell(beat("b", destination(3, 3)), beat("a", source(5)), beat("b", destination(5, 5)));

        assertThat(status.releasedEpoch()).isEqualTo(1);
        assertThat(status.reason()).isEqualTo(reason);
    }

    @Test
    void aReplicaMayNotChangeItsMindAboutADigest() {
        tell(beat("b", otherDigestOfEpochTwo(2)), beat("b", destination(2, 2)), beat("a", source(2)));

        assertThat(status.divergedEpoch()).isEqualTo(2);
        assertThat(status.releasedEpoch()).isEqualTo(1);
    }

    @Test
    void anEpochInTwoLogsIsADivergence() {
        tell(beat("a", source(2)));
        tell(beat("b", Tales.state(Role.DESTINATION, 2, 2, List.of(trail(0, 1, true), trail(4, 2, true)))));

        assertThat(status.divergedEpoch()).isEqualTo(2);
    }

    @Test
    void removingOneOfTheTwoEndsADivergence() {
        define(definition(2, "a", "b", "c"));
        tell(beat("b", otherDigestOfEpochTwo(3)), beat("a", source(3)), beat("c", destination(3, 3)));
        assertThat(status.verdict()).isEqualTo(Verdict.DIVERGED);
        define(definition(3, "a", "c"));

        assertThat(status.generation()).isEqualTo(3);
        assertThat(status.verdict()).isEqualTo(Verdict.IN_SYNC);
        assertThat(status.releasedEpoch()).isEqualTo(3);
    }

    @Test
    void removingAThirdReplicaDoesNotEndADivergence() {
        define(definition(2, "a", "b", "c"));
        tell(beat("a", source(3)), beat("b", otherDigestOfEpochTwo(3)), beat("c", destination(3, 3)));
        define(definition(3, "a", "b"));

        assertThat(status.divergedEpoch()).isEqualTo(2);
        assertThat(status.releasedEpoch()).isEqualTo(1);
    }

    @Test
    void aReplicaThatWentBackStopsTheReleaseUntilItIsThereAgainF22() {
        tell(beat("a", source(4)), beat("b", destination(3, 4)));
        tell(beat("b", destination(1, 4)), beat("a", source(5)));

        assertThat(status.releasedEpoch()).isEqualTo(3);
        assertThat(status.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(status.reason()).startsWith("b went back from epoch 3, sequence 30 to epoch 1, sequence 10");

        tell(beat("b", destination(4, 5)));
        assertThat(status.verdict()).isEqualTo(Verdict.CATCHING_UP);
        assertThat(status.releasedEpoch()).isEqualTo(4);
    }

    @Test
    void atTheRingsBoundTheStatusSaysWhoHoldsWhichEpochF7() {
        definition = Tales.bounded(4, 1 << 30, "a", "b", "c");
        status = MirrorFold.redefined(definition, Optional.empty());
        tell(beat("a", source(3)), beat("b", destination(1, 3)), beat("c", destination(3, 3)));
        assertThat(status.bound()).as("log 0 is free again").isEmpty();

        status = MirrorFold.redefined(definition, Optional.empty());
        tell(beat("a", source(3)), beat("b", destination(0, 3)), beat("c", destination(3, 3)));
        assertThat(status.bound()).isEqualTo("the ring is at its bound of 4 logs: b holds epoch 1 in log 0");
        assertThat(status.verdict()).isEqualTo(Verdict.WAITING);
        assertThat(status.reason()).isEqualTo(status.bound());

        tell(event("b", 1, new Fact.Stopped("disk full"), destination(0, 3)));
        assertThat(status.reason()).isEqualTo("b stopped: disk full; " + status.bound());

        tell(beat("b", destination(1, 3)));
        assertThat(status.bound()).isEmpty();
        assertThat(status.verdict()).isEqualTo(Verdict.CATCHING_UP);
    }

    @Test
    void theBytesOfARingAreABoundTooF7() {
        definition = Tales.bounded(64, 1 << 20, "a", "b");
        status = MirrorFold.redefined(definition, Optional.empty());
        long epochs = (1 << 20) / (Tales.RECORDS * 4096) + 2;
        tell(beat("a", source(epochs)), beat("b", destination(1, epochs)));
        assertThat(status.bound()).startsWith("the ring is at its bound of 1048576 bytes: b holds epoch 2");
    }

    @Test
    void aStoppedServerIsNamedUntilItSpeaksAgain() {
        tell(beat("a", source(2)), event("b", 1, new Fact.Stopped("gap after sequence 12"), destination(1, 1)));

        assertThat(status.verdict()).isEqualTo(Verdict.STOPPED);
        assertThat(status.reason()).isEqualTo("b stopped: gap after sequence 12");
        assertThat(status.replicas().get(0).server()).isEqualTo("b");

        tell(beat("b", destination(1, 1)));
        assertThat(status.verdict()).isEqualTo(Verdict.CATCHING_UP);
    }

    @Test
    void deletedRecordsAreCountedOnceForEachEpochOfALog() {
        tell(beat("a", source(2)), beat("b", destination(2, 2)));
        Event deleted = event("b", 1, new Fact.Deallocated(0, 1, 13, 10), destination(2, 2));
        tell(deleted, deleted, event("a", 1, new Fact.Deallocated(0, 1, 13, 10), source(2)));

        assertThat(status.deallocatedRecords()).isEqualTo(10);
        assertThat(status.logs()).extracting(Log::deallocated).containsExactly(true, false, false);
    }

    @Test
    void recordsDeletedAfterTheLogWasOpenedAgainAreCounted() {
        tell(beat("a", source(2)), beat("b", destination(2, 2)));
        tell(beat("a", Tales.state(Role.SOURCE, 3, 3, List.of(trail(2, 3, true), trail(0, 4, false)))));
        tell(event("b", 1, new Fact.Deallocated(0, 1, 13, 10), destination(2, 2)));

        assertThat(status.deallocatedRecords()).isEqualTo(10);
        assertThat(status.logs().get(0).deallocated()).isFalse();
    }

    @Test
    void aDeletionBeyondTheReleaseIsNotCounted() {
        tell(beat("a", source(2)), beat("b", destination(1, 2)));
        tell(event("b", 1, new Fact.Deallocated(1, 2, 23, 10), destination(1, 2)));

        assertThat(status.deallocatedRecords()).isZero();
        assertThat(status.logs().get(1).deallocated()).isFalse();
    }

    @Test
    void anAddedReplicaHoldsTheReleaseUntilItWasHeard() {
        tell(beat("a", source(2)), beat("b", destination(2, 2)));
        define(definition(2, "a", "b", "c"));
        tell(beat("a", source(4)), beat("b", destination(4, 4)));

        assertThat(status.generation()).isEqualTo(2);
        assertThat(status.releasedEpoch()).isEqualTo(2);
        assertThat(status.verdict()).isEqualTo(Verdict.WAITING);
    }

    @Test
    void anAddedReplicaBelowTheReleaseIsWaitedFor() {
        tell(beat("a", source(2)), beat("b", destination(2, 2)));
        define(definition(2, "a", "b", "c"));
        tell(beat("c", destination(0, 0)), beat("a", source(4)), beat("b", destination(4, 4)));

        assertThat(status.releasedEpoch()).isEqualTo(2);
        assertThat(status.verdict()).isEqualTo(Verdict.WAITING);
        assertThat(status.reason()).contains("c is at epoch 0, below the released 2");
    }

    /** I7. */
    @Test
    void aFlushWithoutADigestReleasesNothing() {
        tell(beat("a", source(1)), beat("b", Tales.state(Role.DESTINATION, 1, 1, List.of(trail(1, false)))));

        assertThat(status.releasedEpoch()).isZero();
        assertThat(status.verdict()).isEqualTo(Verdict.WAITING);
        assertThat(status.reason()).isEqualTo("b flushed epoch 1 and gave no digest of it");
    }

    @Test
    void removingTheSlowReplicaReleasesWhatItHeldF24() {
        define(definition(2, "a", "b", "c"));
        tell(beat("a", source(4)), beat("b", destination(4, 4)), beat("c", destination(1, 4)));
        assertThat(status.releasedEpoch()).isEqualTo(1);
        define(definition(3, "a", "b"));

        assertThat(status.releasedEpoch()).isEqualTo(4);
    }

    private static Event.ReplicaState otherDigestOfEpochTwo(long flushed) {
        return Tales.state(
                Role.DESTINATION, flushed, 3, List.of(trail(0, 1, true), sealed(1, 2, 666), trail(2, 3, true)));
    }

    private void define(Definition changed) {
        definition = changed;
        status = MirrorFold.redefined(definition, Optional.of(status));
    }

    private void tell(Event... events) {
        for (Event event : events) {
            status = MirrorFold.next(definition, Optional.of(status), event, nowMs);
        }
    }

    private ReplicaStatus replica(String server) {
        return status.replicas().stream()
                .filter(replica -> replica.server().equals(server))
                .findFirst()
                .orElseThrow();
    }

    private List<LogState> states() {
        return status.logs().stream().map(Log::state).toList();
    }
}
