package io.ringmirror.bench.cases;

import static io.ringmirror.bench.Bench.VOLUME_BYTES;

import io.ringmirror.bench.BenchCase;
import io.ringmirror.bench.BenchSite;
import io.ringmirror.bench.Comparison;
import io.ringmirror.bench.Contender;
import io.ringmirror.bench.Figure;
import io.ringmirror.bench.load.Workload;
import io.ringmirror.bench.load.Workload.Kind;
import io.ringmirror.config.Keys;
import java.util.List;
import java.util.Map;

/** A source that flushes and goes on in another log every second, against one that never does. */
final class RotationCase {
    private static final String EACH_SECOND = "rotation each second";
    private static final String NONE = "no rotation";
    private static final long RANGE_BYTES = 64L << 20;

    private final BenchSite site;

    RotationCase(BenchSite site) {
        this.site = site;
    }

    List<BenchCase> all() {
        return List.of(new BenchCase(
                "rotation",
                "4 KiB random writes over 64 MiB, ack=write, 32 in flight, rotating or not",
                List.of(contender(EACH_SECOND, "rotating", 1_000), contender(NONE, "steady", 3_600_000)),
                List.of(
                        Comparison.ratioAtMost(1.5, Figure.P999, EACH_SECOND, NONE),
                        Comparison.ratio(Figure.OPERATIONS, EACH_SECOND, NONE))));
    }

    private Contender contender(String name, String server, int intervalMs) {
        Workload workload = Workload.of(Kind.RANDOM_WRITE, 4 << 10, 32, RANGE_BYTES);
        Map<String, String> keys = Map.of(
                Keys.SOURCE_CACHE_BYTES,
                Long.toString(4 * RANGE_BYTES),
                Keys.SOURCE_FLUSH_DIRTY_BYTES,
                Long.toString(2 * RANGE_BYTES),
                Keys.SOURCE_FLUSH_INTERVAL_MS,
                Integer.toString(intervalMs));
        return new Contender(
                name, duration -> site.measure(site.source(server, VOLUME_BYTES, keys), workload, duration));
    }
}
