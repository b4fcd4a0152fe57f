package io.ringmirror.bench;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param rounds runs of each contender that count
 * @param warmUp run of a contender before them, after which it is seen whether compilers rest
 * @param warmUpBound a contender is not warmed up for longer, whether they rest or not
 * @param sample how long one of them takes
 * @param backlogBytes what a destination has to catch up with; the ring must have logs for it, one for each 28 MiB
 * @param sustained how long source and destination run together
 * @param overwriteBytes what is written over and over
 * @param epochs the longest history of a mirror, in flush epochs
 * @param idleMirrors mirrors beside the busy ones
 */
public record BenchProfile(
        String name,
        int rounds,
        Duration warmUp,
        Duration warmUpBound,
        Duration sample,
        long backlogBytes,
        Duration sustained,
        long overwriteBytes,
        int epochs,
        int idleMirrors) {
    /** An hour or two; the spread is wide. */
    public static final BenchProfile QUICK = new BenchProfile(
            "quick",
            3,
            Duration.ofSeconds(10),
            Duration.ofMinutes(2),
            Duration.ofSeconds(4),
            512L << 20,
            Duration.ofSeconds(10),
            256L << 20,
            100,
            30);

    /** Hours. */
    public static final BenchProfile FULL = new BenchProfile(
            "full",
            5,
            Duration.ofSeconds(20),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            1L << 30,
            Duration.ofSeconds(60),
            1L << 30,
            10_000,
            100);
}
