package io.ringmirror.bench.cases;

import static io.ringmirror.bench.BenchMirrors.VOLUME;

import io.ringmirror.bench.BenchCase;
import io.ringmirror.bench.BenchProfile;
import io.ringmirror.bench.BenchServer;
import io.ringmirror.bench.BenchSite;
import io.ringmirror.bench.Comparison;
import io.ringmirror.bench.Contender;
import io.ringmirror.bench.Figure;
import io.ringmirror.bench.Measurement;
import io.ringmirror.bench.load.NbdLoad;
import io.ringmirror.bench.load.Workload;
import io.ringmirror.bench.load.Workload.Kind;
import io.ringmirror.config.Keys;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One server with busy mirrors among many idle ones, against one with the busy ones alone. */
final class ManyMirrorsCase {
    private static final String AMONG_IDLE = "10 busy among idle";
    private static final String ALONE = "10 busy alone";
    private static final int BUSY = 10;
    private static final int DEPTH = 4;
    private static final long VOLUME_BYTES = 64L << 20;
    private static final double RESIDENT_BOUND_MIB = 1024;

    private final BenchSite site;
    private final BenchProfile profile;

    ManyMirrorsCase(BenchSite site, BenchProfile profile) {
        this.site = site;
        this.profile = profile;
    }

    List<BenchCase> all() {
        return List.of(new BenchCase(
                "many-mirrors",
                BUSY + " busy mirrors with " + DEPTH + " writes in flight each, and " + profile.idleMirrors() + " idle",
                List.of(
                        new Contender(AMONG_IDLE, duration -> measure("many", profile.idleMirrors(), duration)),
                        new Contender(ALONE, duration -> measure("few", 0, duration))),
                List.of(
                        Comparison.ratioAtLeast(0.9, Figure.OPERATIONS, AMONG_IDLE, ALONE),
                        Comparison.atMost(RESIDENT_BOUND_MIB, Figure.RESIDENT, AMONG_IDLE),
                        Comparison.value(Figure.THREADS, AMONG_IDLE),
                        Comparison.value(Figure.THREADS, ALONE))));
    }

    private Measurement measure(String name, int idle, Duration duration) throws IOException, InterruptedException {
        List<String> busy = new ArrayList<>();
        for (int number = 1; number <= BUSY + idle; number++) {
            String mirror = name + "-" + number;
            site.mirrors().create(mirror, VOLUME_BYTES, name);
            if (number <= BUSY) {
                busy.add(mirror);
            }
        }
        BenchServer server = site.server(name, Map.of(Keys.SOURCE_CACHE_BYTES, Long.toString(16L << 20)));
        site.mirrors().awaitServed(name + "-" + (BUSY + idle));
        List<NbdLoad.Target> targets =
                busy.stream().map(mirror -> server.target(mirror, VOLUME)).toList();
        Measurement measured = site.load()
                .run(targets, Workload.of(Kind.RANDOM_WRITE, 4 << 10, DEPTH, VOLUME_BYTES), duration)
                .with(Figure.RESIDENT, server.residentMib())
                .with(
                        Figure.THREADS,
                        server.threads().values().stream()
                                .mapToDouble(Long::doubleValue)
                                .sum());
        busy.forEach(site.mirrors()::deleteReleased);
        return measured;
    }
}
