package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.replica.Chain;
import io.ringmirror.replica.RingEntry;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Digest;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which log comes next (invariant I4). */
class RingTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private final List<CompletableFuture<Integer>> growths = new ArrayList<>();
    private final List<Integer> wantedLogs = new ArrayList<>();

    @Test
    void aReleasedLogIsTakenBeforeOneNeverUsedAndReadOnBehindItsSeal() {
        Ring ring = ring(4, 3, 1 << 20, sealed(0, 1, 10), sealed(1, 2, 20));
        ring.released(2);

        assertThat(ring.next(0)).contains(new Ring.Next(1, 21));
        assertThat(ring.next(1)).contains(new Ring.Next(0, 11));
    }

    @Test
    void aLogNeverUsedIsOpenedAtItsStart() {
        Ring ring = ring(4, 3, 1 << 20, sealed(0, 1, 10), open(1, 2));

        assertThat(ring.next(1)).contains(new Ring.Next(2, 0));
    }

    @Test
    void aLogIsNeverReusedBeforeItsEpochIsReleased() {
        Ring ring = ring(3, 3, 1 << 20, sealed(0, 1, 10), sealed(1, 2, 20), open(2, 3));
        assertThat(ring.next(2)).isEmpty();
        ring.released(1);
        assertThat(ring.next(2)).contains(new Ring.Next(0, 11));
        ring.released(0);
        assertThat(ring.next(2)).as("what was released stays so").contains(new Ring.Next(0, 11));
    }

    @Test
    void aLogWhoseEpochHasNoSealIsNotFreeWhateverIsReleased() {
        Ring ring = ring(2, 2, 1 << 20, open(0, 1), sealed(1, 2, 20));
        ring.released(9);

        assertThat(ring.next(1)).isEmpty();
    }

    @Test
    void aLogThatWasOpenedSinceIsNotFreeAnyMore() {
        UUID mirror = new UUID(0, 1);
        Chain chain = new Chain(Position.origin(mirror, "cluster", "topic"), List.of());
        Ring ring = ring(2, 2, 1 << 20, chain);
        assertThat(ring.next(1)).contains(new Ring.Next(0, 0));

        LogBody body = new LogBody.TermBegin("east", new UUID(0, 2));
        chain.follow(new RingEntry(0, 0, 0, 0, 1, new LogRecord(Optional.of(mirror), 1, 1, 0, body)));

        assertThat(ring.next(1)).isEmpty();
        assertThat(ring.next(0)).contains(new Ring.Next(1, 0));
    }

    @Test
    void aSpareLogIsMadeAheadOfNeedOneAtATime() {
        Ring ring = ring(4, 2, 1 << 20, sealed(0, 1, 10), open(1, 2));
        ring.keepSpare(1, 0);
        ring.keepSpare(1, 0);

        assertThat(growths).hasSize(1);
        growths.get(0).complete(3);
        ring.keepSpare(1, 0);
        assertThat(ring.next(1)).contains(new Ring.Next(2, 0));
        assertThat(growths).hasSize(1);
    }

    @Test
    void aRingGrowsByHalfOfItselfWithinItsBound() {
        ring(64, 2, 1 << 20, sealed(0, 1, 10), open(1, 2)).keepSpare(1, 0);
        ring(64, 4, 1 << 20, sealed(0, 1, 10), sealed(1, 2, 10), sealed(2, 3, 10), open(3, 4))
                .keepSpare(3, 0);
        ring(5, 4, 1 << 20, sealed(0, 1, 10), sealed(1, 2, 10), sealed(2, 3, 10), open(3, 4))
                .keepSpare(3, 0);

        assertThat(wantedLogs).containsExactly(3, 6, 5);
    }

    @Test
    void noLogIsMadeBeyondTheBoundOfLogsOrBytes() {
        Ring full = ring(2, 2, 1 << 20, sealed(0, 1, 10), open(1, 2));
        full.keepSpare(1, 0);
        Ring heavy = ring(4, 2, 1_048_576, sealed(0, 1, 1_048_576), open(1, 2));
        heavy.keepSpare(1, 0);

        assertThat(growths).isEmpty();
        assertThat(heavy.atByteBound(0)).isTrue();
        heavy.released(1);
        assertThat(heavy.atByteBound(0)).isFalse();
        assertThat(heavy.atByteBound(1_048_576)).isTrue();
    }

    @Test
    void aRingThatCouldNotGrowIsTriedAgainAfterAPause() {
        Ring ring = ring(4, 2, 1 << 20, sealed(0, 1, 10), open(1, 2));
        ring.keepSpare(1, 0);
        growths.get(0).completeExceptionally(new IllegalStateException("told to fail"));
        ring.keepSpare(1, 0);
        ring.keepSpare(1, SECOND_NS - 1);

        assertThat(growths).hasSize(1);
        ring.keepSpare(1, SECOND_NS);
        assertThat(growths).hasSize(2);
    }

    @Test
    void aRingThatCannotGrowForLongIsTriedAgainWithGrowingPauses() {
        Ring ring = ring(4, 2, 1 << 20, sealed(0, 1, 10), open(1, 2));
        for (long second = 0; second < 120; second++) {
            ring.keepSpare(1, second * SECOND_NS);
            growths.get(growths.size() - 1).completeExceptionally(new IllegalStateException("told to fail"));
        }

        assertThat(growths).as("tries in two minutes").hasSizeBetween(8, 16);
    }

    private Ring ring(int maxLogs, int logs, long maxBytes, EpochTrail... trails) {
        Position origin = Position.origin(new UUID(0, 1), "cluster", "topic");
        return ring(maxLogs, logs, maxBytes, new Chain(origin, List.of(trails)));
    }

    private Ring ring(int maxLogs, int logs, long maxBytes, Chain chain) {
        return new Ring(
                "demo",
                new Definition.Ring(2, maxLogs, maxBytes),
                chain,
                logs,
                wanted -> {
                    CompletableFuture<Integer> growth = new CompletableFuture<>();
                    growths.add(growth);
                    wantedLogs.add(wanted);
                    return growth;
                },
                () -> {});
    }

    /** An epoch sealed at an offset, with as many bytes. */
    private static EpochTrail sealed(int log, long epoch, long sealOffset) {
        return new EpochTrail(
                log, epoch, 0, Optional.of(new EpochTrail.Seal(sealOffset + 1, 1, 1, sealOffset, Digest.EMPTY)));
    }

    private static EpochTrail open(int log, long epoch) {
        return new EpochTrail(log, epoch, 0, Optional.empty());
    }
}
