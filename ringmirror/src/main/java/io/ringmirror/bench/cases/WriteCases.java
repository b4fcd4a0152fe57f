package io.ringmirror.bench.cases;

import static io.ringmirror.bench.Bench.VOLUME_BYTES;
import static io.ringmirror.bench.BenchMirrors.VOLUME;

import io.ringmirror.bench.BenchCase;
import io.ringmirror.bench.BenchServer;
import io.ringmirror.bench.BenchSite;
import io.ringmirror.bench.Comparison;
import io.ringmirror.bench.Contender;
import io.ringmirror.bench.Figure;
import io.ringmirror.bench.Measurement;
import io.ringmirror.bench.PlainServer;
import io.ringmirror.bench.load.BareProducer;
import io.ringmirror.bench.load.Workload;
import io.ringmirror.bench.load.Workload.Kind;
import io.ringmirror.config.Keys;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes to a source against the same records appended by a bare producer, and acknowledged either way. */
final class WriteCases {
    private static final String MIRROR = "mirror";
    private static final String FLUSH_MIRROR = "mirror, ack=flush";
    private static final String BARE = "bare producer";
    private static final String BARE_SINGLE = "bare producer, 1 request";
    private static final String PLAIN = "plain server";

    /** The server and its mirror with ack=write. */
    private static final String WRITE = "write";
    /** The server and its mirror with ack=flush. */
    private static final String FLUSH = "flush";
    /** The mirror whose ring a bare producer appends to; nobody serves it. */
    private static final String RING_ONLY = "bare";

    private static final int FLUSH_EVERY = 1_000;

    /** What Kafka's producer has on its way to a broker if nobody tells it otherwise. */
    private static final int KAFKAS_REQUESTS = 5;

    private final Processors processors = new Processors();
    private final BenchSite site;

    WriteCases(BenchSite site) {
        this.site = site;
    }

    List<BenchCase> all() {
        return List.of(
                operations(32),
                operations(128),
                bytes("64k", 64 << 10),
                bytes("1m", 1 << 20),
                latency(),
                acknowledgedFromCache());
    }

    private BenchCase operations(int depth) {
        return new BenchCase(
                "write-4k-" + depth,
                "4 KiB random writes, ack=write, " + depth + " in flight",
                List.of(mirror(MIRROR, WRITE, random(depth)), bare(4 << 10, depth), bareSingle(4 << 10, depth)),
                List.of(
                        Comparison.ratioAtLeast(0.90, Figure.OPERATIONS, MIRROR, BARE),
                        Comparison.ratio(Figure.OPERATIONS, MIRROR, BARE_SINGLE),
                        Comparison.ratio(Figure.P99, MIRROR, BARE),
                        Comparison.ratio(Figure.BUSY, MIRROR, BARE),
                        Comparison.ratio(Figure.PROCESSOR_TIME, MIRROR, BARE),
                        Comparison.value(Figure.COMPILING, MIRROR)));
    }

    private BenchCase bytes(String size, int blockBytes) {
        Workload workload = Workload.of(Kind.SEQUENTIAL_WRITE, blockBytes, 32, VOLUME_BYTES);
        return new BenchCase(
                "write-" + size + "-32",
                size.replace("k", " KiB").replace("m", " MiB") + " sequential writes, ack=write, 32 in flight",
                List.of(mirror(MIRROR, WRITE, workload), bare(blockBytes, 32)),
                List.of(
                        Comparison.ratioAtLeast(0.90, Figure.THROUGHPUT, MIRROR, BARE),
                        Comparison.ratio(Figure.BUSY, MIRROR, BARE),
                        Comparison.ratio(Figure.PROCESSOR_TIME, MIRROR, BARE),
                        Comparison.value(Figure.COMPILING, MIRROR)));
    }

    private BenchCase latency() {
        return new BenchCase(
                "write-4k-1",
                "4 KiB random writes, ack=write, one at a time",
                List.of(mirror(MIRROR, WRITE, random(1)), bare(4 << 10, 1)),
                List.of(
                        Comparison.differenceAtMost(60, Figure.MEDIAN, MIRROR, BARE),
                        Comparison.ratioAtMost(1.25, Figure.P99, MIRROR, BARE),
                        Comparison.ratio(Figure.PROCESSOR_TIME, MIRROR, BARE),
                        Comparison.value(Figure.COMPILING, MIRROR)));
    }

    private BenchCase acknowledgedFromCache() {
        Workload workload = random(32).flushingEvery(FLUSH_EVERY);
        List<Contender> contenders =
                new ArrayList<>(List.of(mirror(FLUSH_MIRROR, FLUSH, workload), mirror(MIRROR, WRITE, workload)));
        List<Comparison> comparisons =
                new ArrayList<>(List.of(Comparison.ratioAtLeast(2, Figure.OPERATIONS, FLUSH_MIRROR, MIRROR)));
        site.plain().ifPresent(plain -> {
            contenders.add(plain(plain, workload));
            comparisons.add(Comparison.ratioAtLeast(0.5, Figure.OPERATIONS, FLUSH_MIRROR, PLAIN));
        });
        return new BenchCase(
                "flush-4k-32", "4 KiB random writes, 32 in flight, a FLUSH each 1,000 writes", contenders, comparisons);
    }

    private static Workload random(int depth) {
        return Workload.of(Kind.RANDOM_WRITE, 4 << 10, depth, VOLUME_BYTES);
    }

    private Contender plain(PlainServer plain, Workload workload) {
        return new Contender(PLAIN, duration -> site.load().run(List.of(plain.target()), workload, duration));
    }

    private Contender mirror(String name, String server, Workload workload) {
        return new Contender(name, duration -> {
            BenchServer source = site.source(server, VOLUME_BYTES, Map.of(Keys.ACK, server));
            Measurement measured = processors.during(
                    () -> site.load().run(List.of(source.target(server, VOLUME)), workload, duration));
            site.mirrors().deleteReleased(server);
            return measured;
        });
    }

    private Contender bare(int blockBytes, int depth) {
        return new Contender(BARE, duration -> append(blockBytes, depth, KAFKAS_REQUESTS, duration));
    }

    private Contender bareSingle(int blockBytes, int depth) {
        return new Contender(BARE_SINGLE, duration -> append(blockBytes, depth, 1, duration));
    }

    private Measurement append(int blockBytes, int depth, int requests, Duration duration)
            throws IOException, InterruptedException {
        site.mirrors().create(RING_ONLY, VOLUME_BYTES, RING_ONLY);
        try (BareProducer producer = new BareProducer(site.mirrors().ring(RING_ONLY), site.kafka(), requests)) {
            Measurement measured = processors.during(() -> producer.run(blockBytes, depth, duration));
            site.mirrors().deleteAll(RING_ONLY);
            return measured;
        }
    }
}
