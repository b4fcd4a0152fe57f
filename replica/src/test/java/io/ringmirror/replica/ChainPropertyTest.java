package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.replica.Histories.Act;
import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whole histories: epochs over reused logs, terms, runs sent again, markers between. */
class ChainPropertyTest {
    @Provide
    Arbitrary<List<Act>> histories() {
        return Histories.histories();
    }

    @Property(tries = 500)
    void repetitionsChangeNothingI6(@ForAll("histories") List<Act> history) {
        MemoryRing repeated = new MemoryRing(Histories.LOGS);
        MemoryRing plain = new MemoryRing(Histories.LOGS);
        RingScript script = Histories.play(history, repeated, true);
        Histories.play(history, plain, false);

        Walk walk = new Walk(repeated, Walk.origin()).toEnd();
        Walk expected = new Walk(plain, Walk.origin()).toEnd();

        assertThat(walk.applied()).isEqualTo(expected.applied()).isEqualTo(data(script.plain()));
        assertThat(Reached.by(walk.chain())).isEqualTo(Reached.by(expected.chain()));
        assertThat(digests(walk.chain())).isEqualTo(digests(expected.chain()));
        assertThat(walk.chain().sequence()).isEqualTo(script.sequence());
        assertThat(walk.chain().epoch()).isEqualTo(script.epoch());
    }

    @Property(tries = 300)
    void anyPositionOnTheWayLeadsToTheSameEndI2(
            @ForAll("histories") List<Act> history, @ForAll @IntRange(max = 80) int entries) {
        MemoryRing ring = new MemoryRing(Histories.LOGS);
        Histories.play(history, ring, true);
        Walk whole = new Walk(ring, Walk.origin()).toEnd();

        Chain stopped = new Walk(ring, Walk.origin()).entries(entries).chain();
        Position kept = stopped.position();
        Walk resumed = new Walk(ring, new Chain(kept, stopped.trails())).toEnd();

        assertThat(resumed.chain().position()).isEqualTo(whole.chain().position());
        assertThat(resumed.chain().trails()).isEqualTo(whole.chain().trails());
        assertThat(resumed.applied())
                .isEqualTo(whole.applied()
                        .subList((int) kept.sequence(), whole.applied().size()));
    }

    @Property(tries = 300)
    void whatAFlushHadIsKnownAgainWhereverItWasInterruptedI6(
            @ForAll("histories") List<Act> history,
            @ForAll @IntRange(max = 60) int entries,
            @ForAll @IntRange(min = 1, max = 60) int further) {
        MemoryRing ring = new MemoryRing(Histories.LOGS);
        Histories.play(history, ring, true);
        Chain flushed = new Walk(ring, Walk.origin()).entries(entries).chain();
        Chain goal = new Walk(ring, Walk.origin()).entries(entries + further).chain();

        DirtyTo to = DirtyTo.of(flushed.position(), goal.position(), goal.trails());
        Walk redone = new Walk(ring, new Chain(flushed.position(), flushed.trails(), Optional.of(to))).toEnd();

        assertThat(redone.chain().position())
                .isEqualTo(new Walk(ring, Walk.origin()).toEnd().chain().position());
    }

    private static List<LogRecord> data(List<LogRecord> records) {
        return records.stream()
                .filter(record -> record.body() instanceof LogBody.Data)
                .toList();
    }

    private static List<Long> digests(Chain chain) {
        return chain.trails().stream()
                .map(trail -> trail.seal().map(seal -> seal.digest()).orElse(null))
                .filter(Objects::nonNull)
                .toList();
    }
}
