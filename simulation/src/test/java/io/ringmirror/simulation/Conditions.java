package io.ringmirror.simulation;

import io.ringmirror.consumer.DestinationSettings;
import io.ringmirror.producer.SourceSettings;
import io.ringmirror.producer.SourceSettings.AckMode;
import java.time.Duration;

/**
 * Under which conditions one run goes: how many servers and mirrors, how small everything is, and how often what goes
 * wrong. Drawn once; rates are "once in so many", 0 is never.
 *
 * @param cacheBytes of each replica; far below what the settings allow
 * @param steps before everything is mended
 * @param faultsOneIn how often the nemesis acts when it is asked
 * @param crashInPortOneIn how often a process dies inside a call to disk or brokers
 * @param interleaveOneIn how often others go on while such a call runs
 * @param networkFaultOneIn how often a call to the brokers fails
 * @param diskFaultOneIn how often a call to the disk fails
 * @param eventFaultOneIn how often an event is lost or told twice
 * @param refusalOneIn how often brokers refuse a record that is new to them
 * @param bigWrites whether clients write much at a time
 * @param losesRecords whether brokers lose acknowledged records once, after which nothing is promised but one history
 * @param remakesRing whether somebody deletes the ring's topic and makes one of its name, after which nobody is answered
 * @param addsDestination whether a server has no replica at first, and is made a destination
 * @param handsOverHastily whether people move the role from sources that are cut off, and on as soon as it was moved
 */
record Conditions(
        int servers,
        int mirrors,
        int volumes,
        int volumeBlocks,
        int initialLogs,
        int maxLogs,
        long cacheBytes,
        long retentionMs,
        SourceSettings source,
        DestinationSettings destination,
        int steps,
        int faultsOneIn,
        int crashInPortOneIn,
        int interleaveOneIn,
        int networkFaultOneIn,
        int diskFaultOneIn,
        int eventFaultOneIn,
        int refusalOneIn,
        boolean bigWrites,
        boolean losesRecords,
        boolean remakesRing,
        boolean addsDestination,
        boolean handsOverHastily) {
    static final int BLOCK_BYTES = 4096;
    private static final long LEAST_CACHE_BYTES = 2L * 16 * BLOCK_BYTES;

    static Conditions drawn(Chance chance) {
        int initialLogs = chance.between(2, 3);
        Duration beat = Duration.ofMillis(chance.between(100, 2_000));
        return new Conditions(
                chance.between(2, 4),
                chance.oneIn(5) ? chance.between(2, 3) : 1,
                chance.between(1, 2),
                chance.between(8, 20),
                initialLogs,
                chance.between(initialLogs, 4),
                LEAST_CACHE_BYTES,
                chance.oneIn(3) ? 500 : 0,
                new SourceSettings(
                        chance.oneIn(2) ? AckMode.FLUSH : AckMode.WRITE,
                        1 << 20,
                        (long) BLOCK_BYTES * chance.between(1, 12),
                        Duration.ofMillis(chance.between(50, 2_000)),
                        1 << 20,
                        beat,
                        beat.multipliedBy(SourceSettings.LEAST_BEATS_OF_LEASE),
                        Duration.ofMillis(chance.between(2_000, 15_000))),
                new DestinationSettings(
                        4 << 20,
                        (long) BLOCK_BYTES * chance.between(1, 12),
                        Duration.ofMillis(chance.between(50, 2_000)),
                        beat),
                chance.between(150, 900),
                chance.oneIn(10) ? 0 : chance.between(1, 6),
                rate(chance, 60, 600),
                chance.between(2, 12),
                rate(chance, 20, 200),
                rate(chance, 20, 200),
                rate(chance, 5, 50),
                chance.oneIn(2) ? 0 : chance.between(10, 100),
                chance.oneIn(8),
                chance.oneIn(4),
                chance.oneIn(4),
                chance.oneIn(4),
                chance.oneIn(4));
    }

    private static int rate(Chance chance, int seldomLeast, int seldomMost) {
        return chance.oneIn(4) ? 0 : chance.between(seldomLeast, seldomMost);
    }
}
