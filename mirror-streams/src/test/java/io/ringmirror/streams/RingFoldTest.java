package io.ringmirror.streams;

import static io.ringmirror.streams.Tales.beat;
import static io.ringmirror.streams.Tales.definition;
import static io.ringmirror.streams.Tales.destination;
import static io.ringmirror.streams.Tales.event;
import static io.ringmirror.streams.Tales.source;
import static io.ringmirror.streams.Tales.trail;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus.Log;
import io.ringmirror.schemas.MirrorStatus.LogState;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a status says of the logs: how many are needed, who holds them at the bound, what was deleted. */
class RingFoldTest extends FoldScene {
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
    void atTheRingsBoundTheStatusSaysWhoHoldsWhichEpochF7() {
        begin(Tales.bounded(4, 1 << 30, "a", "b", "c"));
        tell(beat("a", source(3)), beat("b", destination(1, 3)), beat("c", destination(3, 3)));
        assertThat(status.bound()).as("log 0 is free again").isEmpty();

        begin(definition);
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
        begin(Tales.bounded(64, 1 << 20, "a", "b"));
        long epochs = (1 << 20) / (Tales.RECORDS * 4096) + 2;
        tell(beat("a", source(epochs)), beat("b", destination(1, epochs)));
        assertThat(status.bound()).startsWith("the ring is at its bound of 1048576 bytes: b holds epoch 2");
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
}
