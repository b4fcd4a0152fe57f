package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.replica.store.DirtyTo;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A flush was interrupted; what is read again up to where it was going must be what it had. */
class RedoTest {
    private static final UUID WRITER = new UUID(1, 1);
    private static final UUID OTHER = new UUID(2, 2);

    private final MemoryRing kept = new MemoryRing(3);
    private final MemoryRing rewritten = new MemoryRing(3);
    private final RingScript before = new RingScript(kept);
    private final RingScript after = new RingScript(rewritten);
    private Chain flushed;

    @Test
    void theSameRecordsAreLetPass() {
        both(script -> script.write());
        flushTo(2);
        before.write();
        before.seal();
        before.write();
        DirtyTo to = tornTo(before.write());

        Walk again = new Walk(kept, redo(to)).toEnd();

        assertThat(again.chain().sequence()).isEqualTo(4);
    }

    @Test
    void recordsSentAgainAreTheSame() {
        both(script -> script.write());
        flushTo(2);
        before.write();
        before.repeat(2);
        before.write();
        before.repeat(3);
        DirtyTo to = tornTo(before.write());

        assertThat(new Walk(kept, redo(to)).toEnd().chain().sequence()).isEqualTo(4);
    }

    @Test
    void otherWritesOfTheNextTermAreNotTakenForTheLostOnesI2F6() {
        both(script -> script.write());
        flushTo(2);
        before.write();
        DirtyTo to = tornTo(before.write());
        after.term(OTHER);
        after.write();
        after.write();

        refusedAtSequence(2, to, "epoch 1, sequence 3, term 1", "term 2, epoch 1, sequence 3");
    }

    @Test
    void anOlderFileTellsThemByTheTermI2F6() {
        both(script -> script.write());
        flushTo(2);
        DirtyTo to = numbers(tornTo(before.write()));
        after.term(OTHER);
        after.write();

        refusedAtSequence(1, to, "sequence 2, term 1;");
    }

    @Test
    void theTermIsBegunAgainByAnotherWriterI2F6() {
        both(script -> script.write());
        flushTo(2);
        before.term(WRITER);
        DirtyTo to = tornTo(before.write());
        after.term(OTHER);
        after.write();

        refusedAtSequence(1, to, "lost acknowledged records");
    }

    @Test
    void theTermIsBegunAgainByTheSameWriterWithOtherBytesI2F6() {
        both(script -> script.write());
        flushTo(2);
        before.term(WRITER);
        before.write();
        DirtyTo to = tornTo(before.write());
        after.term(WRITER);
        after.zero(RingScript.VOLUME, 0, 4096);
        after.write();

        refusedAtSequence(2, to, "the images here are a mixture");
    }

    @Test
    void anEpochThatEndsElsewhereIsAnotherHistoryI2F6() {
        both(script -> script.write());
        flushTo(2);
        before.write();
        before.seal(1);
        before.write();
        DirtyTo to = tornTo(before.write());
        after.seal(1);
        after.write();
        after.write();
        after.write();

        refusedAtSequence(1, to, "EpochEnd");
    }

    @Test
    void anEpochOfOtherBytesIsAnotherHistoryThoughTheOpenOneIsTheSameI2F6() {
        both(script -> script.write());
        flushTo(2);
        before.write();
        before.seal(1);
        DirtyTo to = tornTo(before.write());
        after.zero(RingScript.VOLUME, 0, 4096);
        after.seal(1);
        after.write();

        refusedAtSequence(2, to, "EpochEnd");
        assertThat(new Walk(rewritten, redo(numbers(to))).toEnd().chain().sequence())
                .as("which an older file cannot tell: its term is the same")
                .isEqualTo(3);
    }

    @Test
    void anEpochThatDoesNotEndWhereItDidIsAnotherHistoryI2F6() {
        both(script -> script.write());
        flushTo(2);
        before.seal(1);
        DirtyTo to = tornTo(before.write());
        after.write();
        after.write();

        refusedAtSequence(2, to, "epoch 2, sequence 2");
    }

    private void flushTo(int entries) {
        flushed = new Walk(kept, Walk.origin()).entries(entries).chain();
    }

    private DirtyTo tornTo(RingEntry last) {
        Chain there = new Walk(kept, Walk.origin()).toEnd().chain();
        assertThat(there.sequence()).isEqualTo(last.sequence());
        return DirtyTo.of(flushed.position(), there.position(), there.trails());
    }

    private static DirtyTo numbers(DirtyTo to) {
        return new DirtyTo(to.epoch(), to.sequence(), to.term(), Optional.empty());
    }

    private Chain redo(DirtyTo to) {
        return new Chain(flushed.position(), flushed.trails(), Optional.of(to));
    }

    /** Refused right behind a sequence, of which nothing more is taken. */
    private void refusedAtSequence(long sequence, DirtyTo to, String... words) {
        Chain chain = redo(to);
        Walk walk = new Walk(rewritten, chain);
        assertThatThrownBy(walk::toEnd)
                .isInstanceOfSatisfying(
                        ChainException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DIVERGED))
                .hasMessageContainingAll(words);
        assertThat(chain.sequence()).isEqualTo(sequence);
    }

    private void both(Consumer<RingScript> act) {
        act.accept(before);
        act.accept(after);
    }
}
