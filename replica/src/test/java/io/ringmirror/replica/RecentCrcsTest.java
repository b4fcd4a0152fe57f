package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentCrcsTest {
    private final RecentCrcs recent = new RecentCrcs();

    @Test
    void remembersAsManyAsItSaysAndNoMore() {
        for (int sequence = 5; sequence < 6 + RecentCrcs.CAPACITY_RECORDS; sequence++) {
            recent.add(sequence, sequence);
        }
        long last = 5 + RecentCrcs.CAPACITY_RECORDS;
        assertThatCode(() -> recent.requireSame(entry(last), (int) last)).doesNotThrowAnyException();
        assertThatCode(() -> recent.requireSame(entry(6), 6)).doesNotThrowAnyException();
        assertRefused(last);
        assertRefused(6);
        assertThatCode(() -> recent.requireSame(entry(5), -1)).as("forgotten").doesNotThrowAnyException();
    }

    @Test
    void knowsNothingOfWhatCameBeforeIt() {
        assertThatCode(() -> recent.requireSame(entry(3), -1)).doesNotThrowAnyException();
        recent.add(4, 4);
        assertThatCode(() -> recent.requireSame(entry(3), -1)).doesNotThrowAnyException();
        assertRefused(4);
    }

    private void assertRefused(long sequence) {
        assertThatThrownBy(() -> recent.requireSame(entry(sequence), -1))
                .isInstanceOfSatisfying(
                        ChainException.class, e -> assertThat(e.kind()).isEqualTo(ChainException.Kind.DIVERGED))
                .hasMessageContaining("crc ffffffff, taken " + Long.toHexString(sequence));
    }

    private static RingEntry entry(long sequence) {
        LogBody body = new LogBody.Discard("disk", 0, 512, 0);
        return new RingEntry(0, sequence, 0, 0, 1, new LogRecord(Optional.empty(), 1, 1, sequence, body));
    }
}
