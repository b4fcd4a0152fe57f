package io.ringmirror.bench.load;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What an NBD client does, with always the same number of requests in flight.
 *
 * @param blockBytes of each request
 * @param depth requests in flight on each export
 * @param rangeBytes it stays within the first so many bytes of each export
 * @param flushEvery a FLUSH after so many writes
 * @param zipf exponent by which some blocks are met more often than others; even if absent
 * @param totalBytes it ends after so many bytes instead of after a time
 */
public record Workload(
        Kind kind,
        int blockBytes,
        int depth,
        long rangeBytes,
        OptionalInt flushEvery,
        OptionalDouble zipf,
        OptionalLong totalBytes) {
    /** What is asked, and in which order of places. */
    public enum Kind {
        RANDOM_WRITE("randwrite"),
        SEQUENTIAL_WRITE("write"),
        RANDOM_READ("randread");

        private final String fioName;

        Kind(String fioName) {
            this.fioName = fioName;
        }

        String fioName() {
            return fioName;
        }

        boolean writes() {
            return this != RANDOM_READ;
        }
    }

    public static Workload of(Kind kind, int blockBytes, int depth, long rangeBytes) {
        return new Workload(
                kind, blockBytes, depth, rangeBytes, OptionalInt.empty(), OptionalDouble.empty(), OptionalLong.empty());
    }

    public Workload flushingEvery(int writes) {
        return new Workload(kind, blockBytes, depth, rangeBytes, OptionalInt.of(writes), zipf, totalBytes);
    }

    public Workload skewedBy(double exponent) {
        return new Workload(kind, blockBytes, depth, rangeBytes, flushEvery, OptionalDouble.of(exponent), totalBytes);
    }

    public Workload ofTotal(long bytes) {
        return new Workload(kind, blockBytes, depth, rangeBytes, flushEvery, zipf, OptionalLong.of(bytes));
    }
}
