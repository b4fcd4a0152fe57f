package io.ringmirror.streams;

import static io.ringmirror.streams.Tales.beat;
import static io.ringmirror.streams.Tales.definition;
import static io.ringmirror.streams.Tales.destination;
import static io.ringmirror.streams.Tales.sealed;
import static io.ringmirror.streams.Tales.source;
import static io.ringmirror.streams.Tales.trail;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Replicas that say different things of one epoch, or take back what they said (invariant I7). */
class DivergenceTest extends FoldScene {
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
    void removingTheOneWithAnEpochInAnotherLogEndsADivergenceF6() {
        define(definition(2, "a", "b", "c"));
        tell(beat("a", opened(3, 4)), beat("b", opened(3, 2)), beat("c", destination(2, 2)));
        assertThat(status.reason()).contains("a has it open in log 4", "b has it open in log 2");
        define(definition(3, "b", "c"));

        assertThat(status.verdict()).isEqualTo(Verdict.IN_SYNC);
        assertThat(status.logs().stream().map(log -> log.trail().log())).containsExactly(0, 1, 2);
        tell(beat("b", destination(3, 3)), beat("c", destination(3, 3)));
        assertThat(status.verdict()).isEqualTo(Verdict.NO_SOURCE);
        assertThat(status.releasedEpoch()).isEqualTo(3);
    }

    @Test
    void whatARemovedReplicaAloneSaidOfALogGivesWayToWhatTheOthersSay() {
        define(definition(2, "a", "b", "c"));
        tell(beat("a", opened(3, 0)), beat("b", opened(3, 2)), beat("c", destination(2, 2)));
        assertThat(status.divergedEpoch()).isEqualTo(3);
        define(definition(3, "b", "c"));

        assertThat(status.divergedEpoch()).isZero();
        assertThat(status.logs().stream().map(log -> log.trail().epoch())).containsExactly(1L, 2L, 3L);
    }

    @Test
    void removingAThirdReplicaDoesNotEndADivergenceAboutALog() {
        define(definition(2, "a", "b", "c"));
        tell(beat("a", opened(3, 4)), beat("b", opened(3, 2)), beat("c", destination(2, 2)));
        define(definition(3, "a", "b"));

        assertThat(status.divergedEpoch()).isEqualTo(3);
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

    /** I7. */
    @Test
    void aFlushWithoutADigestReleasesNothing() {
        tell(beat("a", source(1)), beat("b", Tales.state(Role.DESTINATION, 1, 1, List.of(trail(1, false)))));

        assertThat(status.releasedEpoch()).isZero();
        assertThat(status.verdict()).isEqualTo(Verdict.WAITING);
        assertThat(status.reason()).isEqualTo("b flushed epoch 1 and gave no digest of it");
    }

    /** All before the epoch is flushed, and the epoch is open in this log. */
    private static Event.ReplicaState opened(long epoch, int log) {
        List<EpochTrail> trails = LongStream.range(1, epoch)
                .mapToObj(before -> trail(before, true))
                .filter(before -> before.log() != log)
                .collect(Collectors.toCollection(ArrayList::new));
        trails.add(trail(log, epoch, false));
        return Tales.state(Role.SOURCE, epoch - 1, epoch - 1, trails);
    }

    private static Event.ReplicaState otherDigestOfEpochTwo(long flushed) {
        return Tales.state(
                Role.DESTINATION, flushed, 3, List.of(trail(0, 1, true), sealed(1, 2, 666), trail(2, 3, true)));
    }
}
