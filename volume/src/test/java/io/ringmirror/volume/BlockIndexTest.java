package io.ringmirror.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class BlockIndexTest {
    @Property(tries = 200)
    void itAnswersAsAMapDoes(@ForAll long seed) {
        Random random = new Random(seed);
        BlockIndex index = new BlockIndex(64);
        Map<Long, Integer> model = new TreeMap<>();
        for (int step = 0; step < 2000; step++) {
            long key = random.nextInt(100) * 1_000_003L;
            if (model.containsKey(key)) {
                assertThat(index.remove(key)).isEqualTo(model.remove(key));
            } else if (model.size() < 64) {
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
}
