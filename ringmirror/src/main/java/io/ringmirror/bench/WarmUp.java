package io.ringmirror.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Runs a contender until it is as fast as it gets: until the compilers of all processes rest, or a bound is reached. One
 * thread.
 */
final class WarmUp {
    /** Processors that compilers may still keep busy: it is noise beside what else varies between two runs. */
    private static final double AT_REST = 0.1;

    private final Duration slice;
    private final Duration bound;
    private final DoubleSupplier compilers;

    /**
     * @param slice how long a run takes, after which the compilers are looked at
     * @param bound after this long the contender is taken as it is
     * @param compilers tells how many processors they kept busy since it was asked last
     */
    WarmUp(Duration slice, Duration bound, DoubleSupplier compilers) {
        this.slice = slice;
        this.bound = bound;
        this.compilers = compilers;
    }

    /** Warms it up, unless it is one that is measured cold. */
    void of(Contender contender) throws IOException, InterruptedException {
        if (contender.warmUp().isEmpty()) {
            return;
        }
        long startNs = System.nanoTime();
        double unused = compilers.getAsDouble(); // it counts from here on
        do {
            contender.warmUp().get().measure(slice);
        } while (compilers.getAsDouble() > AT_REST && System.nanoTime() - startNs < bound.toNanos());
    }
}
