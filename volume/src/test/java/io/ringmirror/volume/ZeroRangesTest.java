package io.ringmirror.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ZeroRangesTest {
    @Property
    void theLaterRangeWinsByteByByte(
            @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 59 * 20 * 2 - 1) Integer> numbers) {
        ZeroRanges ranges = new ZeroRanges();
        char[] model = new char[80];
        Arrays.fill(model, '-');
        for (int number : numbers) {
            int start = number / 2 % 59;
            int end = start + 1 + number / 2 / 59;
            boolean discard = number % 2 == 0;
            assertThat(ranges.add(start, end, discard)).isTrue();
            Arrays.fill(model, start, end, discard ? 'd' : 'z');
        }
        char[] seen = new char[80];
        Arrays.fill(seen, '-');
        for (int range = 0; range < ranges.size(); range++) {
            if (range > 0) {
                assertThat(ranges.start(range)).isGreaterThanOrEqualTo(ranges.end(range - 1));
                assertThat(ranges.start(range) == ranges.end(range - 1)
                                && ranges.discard(range) == ranges.discard(range - 1))
                        .as("two ranges of one kind that meet are one")
                        .isFalse();
            }
            Arrays.fill(seen, (int) ranges.start(range), (int) ranges.end(range), ranges.discard(range) ? 'd' : 'z');
        }
        assertThat(new String(seen)).isEqualTo(new String(model));
    }

    @Test
    void oneRangeTooManyIsRefusedAndChangesNothing() {
        ZeroRanges ranges = new ZeroRanges();
        for (int range = 0; range < ZeroRanges.MAX_RANGES; range++) {
            assertThat(ranges.add(range * 10L, range * 10L + 5, true)).isTrue();
        }
        assertThat(ranges.add(7, 8, true)).isFalse();
        assertThat(ranges.add(2, 3, false)).as("would cut a range in three").isFalse();
        assertThat(ranges.size()).isEqualTo(ZeroRanges.MAX_RANGES);
        assertThat(ranges.end(0)).isEqualTo(5);
        assertThat(ranges.add(0, 15, true)).as("joins two").isTrue();
        assertThat(ranges.size()).isEqualTo(ZeroRanges.MAX_RANGES - 1);
    }
}
