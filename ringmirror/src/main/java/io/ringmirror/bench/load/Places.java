package io.ringmirror.bench.load;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Which block a client asks for next. One thread. */
@FunctionalInterface
interface Places {
    /** The number of the block. */
    long next();

    static Places of(Workload workload, SplittableRandom random) {
        long blocks = workload.rangeBytes() / workload.blockBytes();
        if (workload.kind() == Workload.Kind.SEQUENTIAL_WRITE) {
            return new Places() {
                private long at = -1;

                @Override
                public long next() {
                    at = (at + 1) % blocks;
                    return at;
                }
            };
        }
        if (workload.zipf().isEmpty()) {
            return () -> random.nextLong(blocks);
        }
        return skewed(Math.toIntExact(blocks), workload.zipf().getAsDouble(), random);
    }

    /** Zipf's law: the n-th most wanted block is asked for n to the minus exponent times as often as the first. */
    private static Places skewed(int blocks, double exponent, SplittableRandom random) {
        double[] upTo = new double[blocks];
        double sum = 0;
        for (int rank = 0; rank < blocks; rank++) {
            sum += Math.pow(rank + 1.0, -exponent);
            upTo[rank] = sum;
        }
        double all = sum;
        int stride = 7919; // Prime: neighbours in rank are not neighbours on the volume.
        return () -> {
            int found = Arrays.binarySearch(upTo, random.nextDouble() * all);
            long rank = found < 0 ? -found - 1L : found;
            return Math.min(rank, blocks - 1L) * stride % blocks;
        };
    }
}
