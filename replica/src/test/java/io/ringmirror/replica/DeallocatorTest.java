package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeallocatorTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final long NOW_NS = Math.subtractExact(Long.MAX_VALUE, SECOND_NS);

    private final MemoryRing ring = new MemoryRing(3);
    private final RingScript script = new RingScript(ring);
    private final Eraser eraser = new Eraser();

    @TempDir
    private Path directory;

    private Replica replica;

    @AfterEach
    void close() {
        replica.close();
    }

    @Test
    void aReleasedEpochIsDeletedUpToItsSealAndNoFurtherI4() throws IOException {
        script.write();
        RingEntry seal = script.seal();
        script.repeat(2);
        Deallocator deallocator = flushed(0);
        assertThat(deallocator.step(NOW_NS)).isEmpty();
        assertThat(eraser.deletions()).as("nobody released anything").isEmpty();

        deallocator.status(Statuses.released(replica, 1));
        assertThat(deallocator.step(NOW_NS)).isEmpty();
        assertThat(eraser.deletions()).hasSize(1);
        assertThat(eraser.last().log()).isZero();
        assertThat(eraser.last().beforeOffset()).isEqualTo(seal.offset() + 1);

        assertThat(deallocator.step(NOW_NS)).as("not done yet").isEmpty();
        eraser.last().end().complete(null);
        assertThat(deallocator.step(NOW_NS)).containsExactly(new Fact.Deallocated(0, 1, seal.offset() + 1, 1));
        assertThat(deallocator.step(NOW_NS)).isEmpty();
        assertThat(eraser.deletions()).hasSize(1);
    }

    @Test
    void whatThisReplicaHasNotFlushedIsNeverDeletedWhateverTheTrackerSays() throws IOException {
        script.write();
        Deallocator deallocator = flushed(0);
        script.seal();
        new CatchUp(replica, ring.reader()).toEnd();
        deallocator.flushed(replica.chain().trails());
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        assertThat(eraser.deletions()).isEmpty();

        replica.flushNow();
        deallocator.flushed(replica.chain().trails());
        deallocator.step(NOW_NS + SECOND_NS);
        assertThat(eraser.deletions())
                .as("the tracker's word does not show the flush yet")
                .isEmpty();
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS + 3 * SECOND_NS);
        assertThat(eraser.deletions()).hasSize(1);
    }

    @Test
    void whatIsNotReleasedStays() throws IOException {
        script.write();
        script.seal();
        script.write();
        script.seal();
        Deallocator deallocator = flushed(0);
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        assertThat(eraser.deletions()).extracting(Eraser.Deletion::log).containsExactly(0);
        eraser.last().end().complete(null);
        deallocator.step(NOW_NS);
        assertThat(eraser.deletions()).hasSize(1);
        deallocator.status(Statuses.released(replica, 2));
        deallocator.step(NOW_NS);
        assertThat(eraser.deletions()).extracting(Eraser.Deletion::log).containsExactly(0, 1);
    }

    @Test
    void aWordOnAnotherMirrorOrAnOlderDefinitionReleasesNothing() throws IOException {
        script.write();
        script.seal();
        Deallocator deallocator = flushed(0);
        deallocator.status(Statuses.released(new UUID(9, 9), 1, replica, 1));
        deallocator.step(NOW_NS);
        deallocator.status(Statuses.released(RingScript.MIRROR_ID, 0, replica, 1));
        deallocator.step(NOW_NS);
        assertThat(eraser.deletions()).isEmpty();
    }

    @Test
    void aReleaseThatIsTakenBackHoldsWhatWasNotBegun() throws IOException {
        script.write();
        script.seal();
        Deallocator deallocator = flushed(1000);
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        deallocator.status(Statuses.released(replica, 0));
        deallocator.step(NOW_NS + 2 * SECOND_NS);
        assertThat(eraser.deletions()).isEmpty();
    }

    @Test
    void releasedRecordsAreKeptForTheirRetention() throws IOException {
        script.write();
        script.seal();
        Deallocator deallocator = flushed(5000);
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        deallocator.step(NOW_NS + 5 * SECOND_NS - 1);
        assertThat(eraser.deletions()).isEmpty();
        deallocator.step(NOW_NS + 5 * SECOND_NS);
        assertThat(eraser.deletions()).hasSize(1);
    }

    @Test
    void anEndlessRetentionDoesNotOverflow() throws IOException {
        script.write();
        script.seal();
        Deallocator deallocator = flushed(Long.MAX_VALUE);
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(0);
        deallocator.step(365L * 24 * 3600 * SECOND_NS);
        assertThat(eraser.deletions()).isEmpty();
    }

    @Test
    void aDeletionThatFailedIsTriedAgainASecondLaterAndNotAnotherRetention() throws IOException {
        script.write();
        script.seal();
        Deallocator deallocator = flushed(60_000);
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        long dueNs = NOW_NS + 60 * SECOND_NS;
        deallocator.step(dueNs);
        eraser.last().end().completeExceptionally(new IOException("no leader"));
        assertThat(deallocator.step(dueNs)).isEmpty();
        deallocator.step(dueNs + SECOND_NS - 1);
        assertThat(eraser.deletions()).hasSize(1);
        deallocator.step(dueNs + SECOND_NS);
        assertThat(eraser.deletions()).hasSize(2);
        eraser.last().end().complete(null);
        assertThat(deallocator.step(dueNs + SECOND_NS)).hasSize(1);
    }

    @Test
    void thePauseAfterAFailureCountsFromTheFailure() throws IOException {
        script.write();
        script.seal();
        Deallocator deallocator = flushed(0);
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        long failedNs = NOW_NS + 60 * SECOND_NS;
        eraser.last().end().completeExceptionally(new IOException("no leader"));
        deallocator.step(failedNs);
        deallocator.step(failedNs + SECOND_NS - 1);
        assertThat(eraser.deletions()).hasSize(1);
        deallocator.step(failedNs + SECOND_NS);
        assertThat(eraser.deletions()).hasSize(2);
    }

    @Test
    void oneDeletionIsUnderWayAndTakesAllOfItsLogThatIsDue() throws IOException {
        Deallocator deallocator = flushedOneByOne(7, 5000);
        deallocator.status(Statuses.released(replica, 5));
        deallocator.step(NOW_NS);
        deallocator.status(Statuses.released(replica, 7));
        deallocator.step(NOW_NS + SECOND_NS);

        long dueNs = NOW_NS + 5 * SECOND_NS;
        List<Long> gone = new ArrayList<>();
        for (int log : new int[] {0, 1, 2}) {
            deallocator.step(dueNs);
            deallocator.step(dueNs);
            assertThat(eraser.deletions()).hasSize(log + 1);
            assertThat(eraser.last().log()).isEqualTo(log);
            eraser.last().end().complete(null);
            List<Fact> facts = deallocator.step(dueNs);
            facts.forEach(fact -> gone.add(((Fact.Deallocated) fact).epoch()));
            assertThat(facts)
                    .last(InstanceOfAssertFactories.type(Fact.Deallocated.class))
                    .extracting(Fact.Deallocated::beforeOffset)
                    .isEqualTo(eraser.deletions().get(log).beforeOffset());
        }
        assertThat(gone).as("each is told, and no other").containsExactly(1L, 4L, 2L, 5L, 3L);
        deallocator.step(dueNs + SECOND_NS - 1);
        assertThat(eraser.deletions()).as("the rest is kept a second longer").hasSize(3);
        deallocator.step(dueNs + SECOND_NS);
        assertThat(eraser.last().log()).isEqualTo(2);
    }

    @Test
    void aLogWhoseDeletionFailsDoesNotHoldTheOthers() throws IOException {
        Deallocator deallocator = flushedOneByOne(2, 0);
        deallocator.status(Statuses.released(replica, 2));
        deallocator.step(NOW_NS);
        eraser.last().end().completeExceptionally(new IOException("no leader"));
        deallocator.step(NOW_NS);
        assertThat(eraser.deletions()).extracting(Eraser.Deletion::log).containsExactly(0, 1);
        eraser.last().end().complete(null);
        assertThat(deallocator.step(NOW_NS)).hasSize(1);
        deallocator.step(NOW_NS + SECOND_NS);
        assertThat(eraser.deletions()).extracting(Eraser.Deletion::log).containsExactly(0, 1, 0);
    }

    @Test
    void whatCannotBeDeletedIsTriedWithGrowingPausesAndSaidUntilItCan() throws IOException {
        script.write();
        script.seal();
        Deallocator deallocator = flushed(0);
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        assertThat(deallocator.refusal()).isEmpty();
        long nowNs = NOW_NS;
        for (int pauseSeconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            eraser.last().end().completeExceptionally(new IOException("may not delete"));
            deallocator.step(nowNs);
            int tried = eraser.deletions().size();
            deallocator.step(nowNs + pauseSeconds * SECOND_NS - 1);
            assertThat(eraser.deletions()).hasSize(tried);
            nowNs += pauseSeconds * SECOND_NS;
            deallocator.step(nowNs);
            assertThat(eraser.deletions()).hasSize(tried + 1);
            assertThat(deallocator.refusal()).isEqualTo("may not delete");
        }

        eraser.last().end().complete(null);
        assertThat(deallocator.step(nowNs)).hasSize(1);
        assertThat(deallocator.refusal()).isEmpty();
    }

    @Test
    void aDeletionUnderWayIsOfTheGenerationThatItWasJudgedBy() throws IOException {
        script.write();
        script.seal();
        Deallocator deallocator = flushed(0);
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        deallocator.redefined(replica.definition().with(new Definition.Replica("third", new UUID(7, 7))));
        assertThat(deallocator.generation()).isEqualTo(1);

        eraser.last().end().complete(null);
        deallocator.step(NOW_NS);
        assertThat(deallocator.generation()).isEqualTo(2);
    }

    @Test
    void epochsOfThisServersOwnReignAreLeftToThoseWhoFollowedThem() throws IOException {
        script.write();
        script.seal();
        flushed(0).status(Statuses.released(replica, 1));
        replica.become(Role.SOURCE);
        replica.become(Role.DESTINATION);

        Deallocator deallocator = new Deallocator(replica, eraser);
        deallocator.flushed(replica.chain().trails());
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        assertThat(eraser.deletions())
                .as("a seal sent twice may end the epoch earlier than this server knows")
                .isEmpty();

        script.write();
        script.seal();
        new CatchUp(replica, ring.reader()).toEnd();
        replica.flushNow();
        deallocator.flushed(replica.chain().trails());
        deallocator.status(Statuses.released(replica, 2));
        deallocator.step(NOW_NS + SECOND_NS);
        assertThat(eraser.deletions()).hasSize(1);
    }

    private Deallocator flushed(long retentionMs) throws IOException {
        replica = Replicas.open(directory, Replicas.definition(retentionMs), 1 << 20, Runnable::run);
        new CatchUp(replica, ring.reader()).toEnd();
        replica.flushNow();
        Deallocator deallocator = new Deallocator(replica, eraser);
        deallocator.flushed(replica.chain().trails());
        return deallocator;
    }

    /** A replica that flushed so many epochs, each before the next one: three logs in turns. */
    private Deallocator flushedOneByOne(int epochs, long retentionMs) throws IOException {
        script.write();
        script.seal();
        Deallocator deallocator = flushed(retentionMs);
        for (int epoch = 2; epoch <= epochs; epoch++) {
            script.write();
            script.seal();
            new CatchUp(replica, ring.reader()).toEnd();
            replica.flushNow();
            deallocator.flushed(replica.chain().trails());
        }
        return deallocator;
    }
}
