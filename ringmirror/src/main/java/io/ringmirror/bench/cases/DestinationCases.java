package io.ringmirror.bench.cases;

import static io.ringmirror.bench.Bench.VOLUME_BYTES;
import static io.ringmirror.bench.BenchMirrors.VOLUME;

import io.ringmirror.bench.BenchCase;
import io.ringmirror.bench.BenchProfile;
import io.ringmirror.bench.BenchServer;
import io.ringmirror.bench.BenchSite;
import io.ringmirror.bench.Comparison;
import io.ringmirror.bench.Contender;
import io.ringmirror.bench.Figure;
import io.ringmirror.bench.Measurement;
import io.ringmirror.bench.load.BareConsumer;
import io.ringmirror.bench.load.Workload;
import io.ringmirror.bench.load.Workload.Kind;
import io.ringmirror.schemas.Command.Action;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A destination that catches up, against a bare consumer; and one that follows while its source is written to. */
final class DestinationCases {
    private static final String DESTINATION = "destination";
    private static final String BARE = "bare consumer";
    private static final String ALONE = "source alone";
    private static final String TOGETHER = "source and destination";

    private static final String SOURCE = "east";
    private static final String COPY = "west";
    private static final String PAIR = "pair";
    private static final String SINGLE = "single";

    /** Both caches, and what a flush interval brings: what a destination that keeps up may be behind. */
    private static final double BEHIND_BOUND_MIB = 256;

    private static final long LOOK_MS = 5;
    private static final Duration STALL_BOUND = Duration.ofMinutes(2);
    private static final long SETTLE_MS = 3_000;
    private static final double MOST = 0.9;

    private final BenchSite site;
    private final BenchProfile profile;
    private boolean held;
    private long backlogEnd;

    DestinationCases(BenchSite site, BenchProfile profile) {
        this.site = site;
        this.profile = profile;
    }

    List<BenchCase> all() {
        return List.of(backlog("4k", 4 << 10), backlog("64k", 64 << 10), backlog("1m", 1 << 20), sustained());
    }

    private BenchCase backlog(String size, int blockBytes) {
        return new BenchCase(
                "backlog-" + size,
                "a backlog of " + size.replace("k", " KiB").replace("m", " MiB")
                        + " writes: a destination applies it, a consumer reads it",
                List.of(
                        new Contender(
                                DESTINATION,
                                duration -> {
                                    follow(blockBytes, duration);
                                    return applyBacklog(blockBytes);
                                },
                                duration -> applyBacklog(blockBytes)),
                        new Contender(
                                BARE,
                                duration -> readBacklog(blockBytes, duration),
                                duration -> readBacklog(blockBytes, Duration.ZERO))),
                List.of(Comparison.ratioAtLeast(0.80, Figure.THROUGHPUT, DESTINATION, BARE)));
    }

    private BenchCase sustained() {
        Workload workload = Workload.of(Kind.RANDOM_WRITE, 4 << 10, 32, VOLUME_BYTES);
        return new BenchCase(
                "sustained",
                "4 KiB random writes, ack=write, 32 in flight, for a while, with a destination and without",
                List.of(
                        new Contender(
                                TOGETHER,
                                duration -> writeToPair(workload, duration),
                                duration -> writeToPair(workload, profile.sustained())),
                        new Contender(
                                ALONE,
                                duration -> writeToSingle(workload, duration),
                                duration -> writeToSingle(workload, profile.sustained()))),
                List.of(
                        Comparison.ratioAtLeast(0.75, Figure.OPERATIONS, TOGETHER, ALONE),
                        Comparison.atMost(BEHIND_BOUND_MIB, Figure.BEHIND, TOGETHER)));
    }

    private Measurement writeToPair(Workload workload, Duration duration) throws IOException, InterruptedException {
        Measurement measured = site.load().run(List.of(pair().target(PAIR, VOLUME)), workload, duration);
        return measured.with(Figure.BEHIND, behindMib());
    }

    private Measurement writeToSingle(Workload workload, Duration duration) throws IOException, InterruptedException {
        Measurement measured = site.load().run(List.of(pair().target(SINGLE, VOLUME)), workload, duration);
        site.mirrors().deleteReleased(SINGLE);
        return measured;
    }

    private double behindMib() {
        return site.mirrors().status(PAIR).orElseThrow().replicas().stream()
                        .filter(replica -> replica.server().equals(COPY))
                        .mapToLong(replica -> replica.lagRecords())
                        .sum()
                * 4096.0
                / (1 << 20);
    }

    /** The source; the destination runs, too. */
    private BenchServer pair() throws IOException, InterruptedException {
        site.mirrors().create(PAIR, VOLUME_BYTES, SOURCE, COPY);
        site.mirrors().create(SINGLE, VOLUME_BYTES, SOURCE);
        BenchServer source = site.server(SOURCE, Map.of());
        site.server(COPY, Map.of());
        if (held) {
            site.mirrors().order(PAIR, Optional.of(COPY), Action.RESUME_FLUSH);
            held = false;
        }
        site.mirrors().awaitServed(PAIR);
        site.mirrors().awaitServed(SINGLE);
        return source;
    }

    private BenchServer copy() throws IOException, InterruptedException {
        return site.server(COPY, Map.of());
    }

    /** Warms the destination up with what its source is written to: a backlog is applied before compilers are done. */
    private void follow(int blockBytes, Duration duration) throws IOException, InterruptedException {
        site.load()
                .run(
                        List.of(pair().target(PAIR, VOLUME)),
                        Workload.of(Kind.SEQUENTIAL_WRITE, blockBytes, 32, VOLUME_BYTES),
                        duration);
    }

    /** Reads the ring once, and again for as long as there is time; tells the last one. */
    private Measurement readBacklog(int blockBytes, Duration duration) throws IOException, InterruptedException {
        makeBacklog(blockBytes);
        long endNs = System.nanoTime() + duration.toNanos();
        Measurement last;
        do {
            last = new BareConsumer(site.mirrors().ring(PAIR), site.kafka()).run();
        } while (System.nanoTime() < endNs);
        return last;
    }

    /** Writes while the destination does not flush and so stops following when its cache is full. */
    private void makeBacklog(int blockBytes) throws IOException, InterruptedException {
        if (held) {
            return;
        }
        BenchServer source = pair();
        site.mirrors().order(PAIR, Optional.of(COPY), Action.HOLD_FLUSH);
        held = true;
        TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
        Workload workload =
                Workload.of(Kind.SEQUENTIAL_WRITE, blockBytes, 32, VOLUME_BYTES).ofTotal(profile.backlogBytes());
        site.load().run(List.of(source.target(PAIR, VOLUME)), workload, Duration.ZERO);
        TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
        backlogEnd = site.mirrors()
                .status(PAIR)
                .orElseThrow()
                .source()
                .orElseThrow()
                .state()
                .appliedSequence();
    }

    /** From its first flush to that by which nearly all is flushed: what is less than a flush waits for its interval. */
    private Measurement applyBacklog(int blockBytes) throws IOException, InterruptedException {
        makeBacklog(blockBytes);
        long start = copy().flushedSequence(PAIR);
        long enough = start + (long) ((backlogEnd - start) * MOST);
        site.mirrors().order(PAIR, Optional.of(COPY), Action.RESUME_FLUSH);
        held = false;
        long first = awaitFlush(start);
        long firstNs = System.nanoTime();
        long last = first;
        while (last < enough) {
            last = awaitFlush(last);
        }
        double seconds = (System.nanoTime() - firstNs) / 1e9;
        site.mirrors().order(PAIR, Optional.of(COPY), Action.FLUSH);
        return Measurement.ofBytes((last - first) * blockBytes, seconds);
    }

    private long awaitFlush(long after) throws IOException, InterruptedException {
        long endNs = System.nanoTime() + STALL_BOUND.toNanos();
        while (true) {
            long flushed = copy().flushedSequence(PAIR);
            if (flushed > after) {
                return flushed;
            }
            if (System.nanoTime() > endNs) {
                throw new IOException("the destination flushed nothing for " + STALL_BOUND.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }
}
