package io.ringmirror.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** Everything that is left to chance in one run, from one seed: the same seed gives the same answers. */
final class Chance {
    private final SplittableRandom random;

    Chance(long seed) {
        random = new SplittableRandom(seed);
    }

    /** True once in so many times; never for 0. */
    boolean oneIn(int times) {
        return times > 0 && random.nextInt(times) == 0;
    }

    /** From 0, exclusive of the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both ends included. */
    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** Both ends included. */
    long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    <T> T pick(List<T> all) {
        return all.get(below(all.size()));
    }
}
