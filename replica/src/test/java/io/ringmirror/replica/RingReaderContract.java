package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every reader of a ring does, the one in memory that tests use and the one that production uses. */
@Timeout(120)
abstract class RingReaderContract {
    private static final Duration WAIT = Duration.ofMillis(200);

    /** A reader of a ring of two empty logs. */
    abstract RingReader reader() throws Exception;

    /** Appends a beat with this sequence. */
    abstract void append(int log, long sequence) throws Exception;

    /** Has a transaction marker stand behind the last record. */
    abstract void mark(int log) throws Exception;

    abstract void deleteBefore(int log, long offset) throws Exception;

    abstract void grow(int logs) throws Exception;

    static LogRecord beat(long sequence) {
        return new LogRecord(Optional.empty(), 1, 1, sequence, new LogBody.Beat());
    }

    @Test
    void entriesComeInOrderWithWhereTheyStand() throws Exception {
        append(0, 1);
        append(0, 2);
        append(1, 3);
        RingReader reader = reader();
        reader.seek(0, 0);
        assertThat(read(reader, 2))
                .extracting(RingEntry::describe)
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("Beat in log 0 at offset 0 (term 1, epoch 1, sequence 1)"),
                        second -> assertThat(second).contains("sequence 2"));
        reader.seek(1, 0);
        assertThat(read(reader, 1).get(0).record()).isEqualTo(beat(3));
        reader.seek(0, 0);
        assertThat(read(reader, 2)).as("read again").hasSize(2);
    }

    @Test
    void markersAreNotSeenButPassed() throws Exception {
        append(0, 1);
        mark(0);
        append(0, 2);
        mark(0);
        RingReader reader = reader();
        reader.seek(0, 0);
        assertThat(read(reader, 2)).extracting(RingEntry::offset).containsExactly(0L, 2L);
        while (reader.nextOffset() < 4) {
            assertThat(reader.poll(WAIT)).isEmpty();
        }
        assertThat(reader.endOffset(0)).isEqualTo(4);
        assertThat(reader.nextOffset()).isEqualTo(4);
    }

    @Test
    void aLogsEndsAreKnown() throws Exception {
        append(0, 1);
        append(0, 2);
        deleteBefore(0, 1);
        RingReader reader = reader();
        assertThat(reader.startOffset(0)).isEqualTo(1);
        assertThat(reader.endOffset(0)).isEqualTo(2);
        assertThat(reader.startOffset(1)).isZero();
        assertThat(reader.endOffset(1)).isZero();
    }

    @Test
    void aPlaceThatWasDeletedIsAGapF12() throws Exception {
        append(0, 1);
        append(0, 2);
        deleteBefore(0, 1);
        RingReader reader = reader();
        reader.seek(0, 0);
        assertGap(reader);
        reader.seek(0, 1);
        assertThat(read(reader, 1).get(0).record().sequence()).isEqualTo(2);
    }

    @Test
    void aPlaceBehindTheEndIsAGapF6() throws Exception {
        append(0, 1);
        RingReader reader = reader();
        reader.seek(0, 2);
        assertGap(reader);
    }

    @Test
    void aLogMadeLaterCanBeReadByAReaderThatIsOpen() throws Exception {
        append(0, 1);
        RingReader reader = reader();
        reader.seek(0, 0);
        read(reader, 1);
        grow(3);
        append(2, 2);
        assertThat(reader.endOffset(2)).isEqualTo(1);
        reader.seek(2, 0);
        assertThat(read(reader, 1).get(0).record()).isEqualTo(beat(2));
    }

    private static List<RingEntry> read(RingReader reader, int count) {
        List<RingEntry> read = new ArrayList<>();
        while (read.size() < count) {
            read.addAll(reader.poll(WAIT));
        }
        return read;
    }

    private static void assertGap(RingReader reader) {
        assertThatThrownBy(() -> read(reader, 1))
                .isInstanceOfSatisfying(
                        ChainException.class, e -> assertThat(e.kind()).isEqualTo(Kind.GAP))
                .hasMessageContainingAll("log 0 holds offsets", "to");
    }
}
