package io.ringmirror.streams;

import static io.ringmirror.streams.Tales.beat;
import static io.ringmirror.streams.Tales.definition;
import static io.ringmirror.streams.Tales.destination;
import static io.ringmirror.streams.Tales.event;
import static io.ringmirror.streams.Tales.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.LogState;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which epochs are released, who holds them, and how far behind each replica is. */
class MirrorFoldTest extends FoldScene {
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
        assertThat(status.reason()).isEqualTo("every replica has flushed epoch 3 and all that was written");
        assertThat(status.replicas())
                .allSatisfy(replica -> assertThat(replica)
                        .extracting("lagEpochs", "lagRecords", "rpoMs")
                        .containsExactly(0L, 0L, 0L));
    }

    @Test
    void lagIsCountedInEpochsRecordsAndAgeOfTheOldestRecordNotFlushed() {
        tell(beat("b", destination(1, 3)));
        nowMs = 12_500;
        tell(beat("a", source(3)));

        ReplicaStatus behind = replica("b");
        assertThat(behind.lagEpochs()).isEqualTo(2);
        assertThat(behind.lagRecords()).isEqualTo(20);
        assertThat(behind.rpoMs()).isEqualTo(11_400);
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
        begin(definition);
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

    @Test
    void removingTheSlowReplicaReleasesWhatItHeldF24() {
        define(definition(2, "a", "b", "c"));
        tell(beat("a", source(4)), beat("b", destination(4, 4)), beat("c", destination(1, 4)));
        assertThat(status.releasedEpoch()).isEqualTo(1);
        define(definition(3, "a", "b"));

        assertThat(status.releasedEpoch()).isEqualTo(4);
    }
}
