package io.ringmirror.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockIndexTest {
    @Property(tries = 200)
    void itAnswersAsAMapDoes(@ForAll long seed, @ForAll @IntRange(min = 1, max = 70) int capacity) {
        Random random = new Random(seed);
        BlockIndex index = new BlockIndex(capacity);
        Map<Long, Integer> model = new TreeMap<>();
        for (int step = 0; step < 2000; step++) {
            long key = random.nextInt(100) * 1_000_003L;
            if (model.containsKey(key)) {
                assertThat(index.remove(key)).isEqualTo(model.remove(key));
            } else if (model.size() < capacity) {
                index.put(key, step);
                model.put(key, step);
            }
            long asked = random.nextInt(100) * 1_000_003L;
            assertThat(index.get(asked)).isEqualTo(model.getOrDefault(asked, BlockIndex.NONE));
        }
        assertThat(index.size()).isEqualTo(model.size());
        assertThat(index.sortedKeys())
                .containsExactly(
                        model.keySet().stream().mapToLong(Long::longValue).toArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 1024, 1 << 20, 1 << 27})
    void aLittleMoreThanAPowerOfTwoTakesNoMoreMemory(int capacity) {
        assertThat(BlockIndex.length(capacity)).isEqualTo(2 * capacity);
        assertThat(BlockIndex.length(capacity + BlockIndex.SLACK)).isEqualTo(2 * capacity);
        assertThat(BlockIndex.length(capacity + BlockIndex.SLACK + 1)).isEqualTo(4 * capacity);
    }
}
