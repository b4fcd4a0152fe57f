package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class PositionCheckTest {
    private final MemoryRing ring = new MemoryRing(2);
    private final RingScript script = new RingScript(ring);

    @Test
    void aNewReplicaIsOnTheChainOfANewRing() {
        assertOnChain(Walk.origin().position());
    }

    @Test
    void aNewReplicaWhoseFirstRecordsWereDeletedHasAGap() {
        Position origin = Walk.origin().position();
        script.write();
        ring.deleteBefore(0, 1);
        assertRefused(origin, Kind.GAP, "goes on in log 0 at offset 0", "begins at 1");
    }

    @Test
    void aPositionInTheOpenEpochIsOnTheChain() {
        script.write();
        Position position = reached();
        script.write();
        assertOnChain(position);
    }

    @Test
    void deletedRecordsBehindThePositionAreAGapF12() {
        script.write();
        Position position = reached();
        script.write();
        script.write();
        ring.deleteBefore(0, 3);
        assertRefused(position, Kind.GAP, "goes on in log 0 at offset 2", "begins at 3", "full copy");
    }

    @Test
    void aReleasedEpochMayBeDeletedBehindItsSeal() {
        script.write();
        script.seal(1);
        Position position = reached();
        ring.deleteBefore(0, ring.endOffset(0));
        assertOnChain(position);
        script.write();
        assertOnChain(position);
    }

    @Test
    void aLogThatLostTheLastRecordFlushedHasDivergedF6() {
        script.write();
        script.write();
        Position position = reached();
        ring.loseFrom(0, 2);
        assertRefused(position, Kind.DIVERGED, "up to offset 3", "the log ends at 2", "lost acknowledged records");
    }

    @Test
    void aSealThatWasLostHasDivergedThoughTheNextLogIsThereF6() {
        script.write();
        RingEntry seal = script.seal(1);
        Position position = reached();
        ring.loseFrom(0, seal.offset());
        assertRefused(position, Kind.DIVERGED, "holds log 0 up to offset 3", "ends at 2");
    }

    @Test
    void anotherRecordAtThePositionHasDivergedF6() {
        RingEntry last = script.write();
        Position position = reached();
        LogRecord old = last.record();
        ring.tamper(0, last.offset(), new LogRecord(Optional.empty(), 2, 1, old.sequence(), old.body()));
        assertRefused(position, Kind.DIVERGED, "flushed up to term 1, epoch 1, sequence 1", "(term 2, epoch 1");
        ring.tamper(0, last.offset(), new LogRecord(Optional.empty(), 1, 2, old.sequence(), old.body()));
        assertRefused(position, Kind.DIVERGED, "another history");
        ring.tamper(0, last.offset(), new LogRecord(Optional.empty(), 1, 1, 7, old.body()));
        assertRefused(position, Kind.DIVERGED, "another history");
    }

    /** A term that was lost is begun again by whoever the ring says has the role, and so are its numbers. */
    @Test
    void theSameNumbersAppendedAtAnotherTimeAreAnotherHistoryF6() {
        script.write();
        Position position = reached();
        Position earlier = flushedAt(position, position.timeMs() - 1, 3);
        assertRefused(earlier, Kind.DIVERGED, "log time 0; there stands Write", "log time 1", "another history");
        assertOnChain(flushedAt(position, position.timeMs(), -1));
    }

    @Test
    void aTermBegunByAnotherReplicaIsAnotherHistoryF6() {
        RingEntry begin = script.term(new UUID(1, 1));
        Position position = reached();
        LogRecord old = begin.record();
        LogBody.TermBegin other = new LogBody.TermBegin("oslo", new UUID(9, 9));
        ring.tamper(0, begin.offset(), new LogRecord(old.mirrorId(), old.term(), old.epoch(), old.sequence(), other));
        assertRefused(position, Kind.DIVERGED, "another history");
    }

    @Test
    void aSealOfOtherSumsIsAnotherHistoryF6() {
        script.write();
        RingEntry seal = script.seal(1);
        Position position = reached();
        LogRecord old = seal.record();
        LogBody.EpochEnd end = (LogBody.EpochEnd) old.body();
        LogBody.EpochEnd other =
                new LogBody.EpochEnd(end.records(), end.bytes(), end.digest() + 1, end.nextLog(), end.nextOffset());
        ring.tamper(0, seal.offset(), new LogRecord(Optional.empty(), old.term(), old.epoch(), old.sequence(), other));
        assertRefused(position, Kind.DIVERGED, "another history");
    }

    @Test
    void noRecordAtThePositionHasDiverged() {
        RingEntry last = script.write();
        Position position = reached();
        script.beat();
        ring.tamper(0, last.offset(), null);
        assertRefused(position, Kind.DIVERGED, "there stands Beat in log 0 at offset 2");
    }

    @Test
    void aBeatIsAPositionToo() {
        script.write();
        script.beat();
        Position position = reached();
        assertThat(position.offset()).isEqualTo(2);
        assertOnChain(position);
    }

    @Test
    void aSilentBrokerSaysNothingAboutTheReplica() {
        script.write();
        Position position = reached();
        RingReader silent = new Polled(ring.reader(), List::of);
        assertThatThrownBy(() -> PositionCheck.requireOnChain(position, silent))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("no record came from log 0 at offset 1");
    }

    /** Simulation, seed 637. */
    @Test
    void theRecordMayBeDeletedWhileItIsLookedAt() {
        script.write();
        script.seal(1);
        Position position = reached();
        RingReader reader = ring.reader();
        RingReader late = new Polled(reader, () -> {
            ring.deleteBefore(0, ring.endOffset(0));
            return reader.poll(Duration.ZERO);
        });
        assertThatCode(() -> PositionCheck.requireOnChain(position, late)).doesNotThrowAnyException();
    }

    private static Position flushedAt(Position position, long timeMs, int leaderEpoch) {
        return new Position(
                position.mirrorId(),
                position.clusterId(),
                position.topicId(),
                position.term(),
                position.writer(),
                position.epoch(),
                position.sequence(),
                position.log(),
                position.offset(),
                leaderEpoch,
                timeMs,
                position.nextLog(),
                position.nextOffset());
    }

    private Position reached() {
        return new Walk(ring, Walk.origin()).toEnd().chain().position();
    }

    private void assertOnChain(Position position) {
        assertThatCode(() -> PositionCheck.requireOnChain(position, ring.reader()))
                .doesNotThrowAnyException();
    }

    private void assertRefused(Position position, Kind kind, String... words) {
        assertThatThrownBy(() -> PositionCheck.requireOnChain(position, ring.reader()))
                .isInstanceOfSatisfying(
                        ChainException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContainingAll(words);
    }

    /** A reader to which comes what a test says. */
    private record Polled(RingReader reader, Supplier<List<RingEntry>> entries) implements RingReader {
        @Override
        public void seek(int log, long offset) {
            reader.seek(log, offset);
        }

        @Override
        public List<RingEntry> poll(Duration wait) {
            return entries.get();
        }

        @Override
        public long nextOffset() {
            return reader.nextOffset();
        }

        @Override
        public long startOffset(int log) {
            return reader.startOffset(log);
        }

        @Override
        public long endOffset(int log) {
            return reader.endOffset(log);
        }

        @Override
        public Map<Integer, Long> endOffsets(Collection<Integer> logs, Duration bound) {
            return reader.endOffsets(logs, bound);
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
