package io.ringmirror.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.bench.load.Workload.Kind;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Where a client writes and reads. */
class PlacesTest {
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS = 16;
    private final SplittableRandom random = new SplittableRandom(7);

    @Test
    void sequentialWritesBeginAgainAtTheEndOfTheRange() {
        Places places = Places.of(workload(Kind.SEQUENTIAL_WRITE), random);

        assertThat(LongStream.generate(places::next).limit(BLOCKS + 2))
                .startsWith(0L, 1L, 2L)
                .endsWith(15L, 0L, 1L);
    }

    @Test
    void randomPlacesStayWithinTheRange() {
        Places places = Places.of(workload(Kind.RANDOM_READ), random);

        assertThat(LongStream.generate(places::next).limit(1_000)).allMatch(block -> block >= 0 && block < BLOCKS);
    }

    @Test
    void skewedPlacesMeetFewBlocksOftenAndStayWithinTheRange() {
        Places places = Places.of(workload(Kind.RANDOM_WRITE).skewedBy(1.1), random);

        int[] count = new int[BLOCKS];
        for (int i = 0; i < 10_000; i++) {
            count[Math.toIntExact(places.next())]++;
        }

        assertThat(count[0]).isGreaterThan(2_500);
        assertThat(count).doesNotContain(0);
    }

    private static Workload workload(Kind kind) {
        return Workload.of(kind, BLOCK_BYTES, 1, (long) BLOCKS * BLOCK_BYTES);
    }
}
