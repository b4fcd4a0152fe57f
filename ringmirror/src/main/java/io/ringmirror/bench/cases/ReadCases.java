package io.ringmirror.bench.cases;

import static io.ringmirror.bench.Bench.VOLUME_BYTES;
import static io.ringmirror.bench.BenchMirrors.VOLUME;

import io.ringmirror.bench.BenchCase;
import io.ringmirror.bench.BenchServer;
import io.ringmirror.bench.BenchSite;
import io.ringmirror.bench.Comparison;
import io.ringmirror.bench.Contender;
import io.ringmirror.bench.Figure;
import io.ringmirror.bench.PlainServer;
import io.ringmirror.bench.load.Workload;
import io.ringmirror.bench.load.Workload.Kind;
import io.ringmirror.config.Keys;
import io.ringmirror.schemas.Command.Action;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads of what is in the first cache, and of what is only in the image, against a server without mirroring. */
final class ReadCases {
    private static final String MIRROR = "mirror";
    private static final String PLAIN = "plain server";
    private static final String SERVER = "reads";

    /** The mirror whose blocks are in the cache. */
    private static final String CACHED = "cached";
    /** The mirror whose blocks are flushed. */
    private static final String FLUSHED = "flushed";

    private static final long RANGE_BYTES = 64L << 20;
    private static final int DEPTH = 32;

    /** A cache that takes the whole range and is not flushed before it is told to. */
    private static final Map<String, String> KEYS = Map.of(
            Keys.SOURCE_CACHE_BYTES,
            Long.toString(4 * RANGE_BYTES),
            Keys.SOURCE_FLUSH_DIRTY_BYTES,
            Long.toString(2 * RANGE_BYTES),
            Keys.SOURCE_FLUSH_INTERVAL_MS,
            "3600000");

    private final BenchSite site;
    private boolean prepared;

    ReadCases(BenchSite site) {
        this.site = site;
    }

    List<BenchCase> all() {
        return site.plain()
                .map(plain -> List.of(
                        reads("read-cached", "4 KiB random reads of cached blocks, 32 in flight", CACHED, plain),
                        reads("read-image", "4 KiB random reads of flushed blocks, 32 in flight", FLUSHED, plain)))
                .orElse(List.of());
    }

    private BenchCase reads(String name, String title, String mirror, PlainServer plain) {
        Workload workload = Workload.of(Kind.RANDOM_READ, 4 << 10, DEPTH, RANGE_BYTES);
        return new BenchCase(
                name,
                title,
                List.of(
                        new Contender(
                                MIRROR,
                                duration -> site.load()
                                        .run(List.of(prepared(plain).target(mirror, VOLUME)), workload, duration)),
                        new Contender(PLAIN, duration -> {
                            prepared(plain);
                            return site.load().run(List.of(plain.target()), workload, duration);
                        })),
                List.of(Comparison.ratioAtLeast(0.9, Figure.OPERATIONS, MIRROR, PLAIN)));
    }

    private BenchServer prepared(PlainServer plain) throws IOException, InterruptedException {
        site.mirrors().create(CACHED, VOLUME_BYTES, SERVER);
        site.mirrors().create(FLUSHED, VOLUME_BYTES, SERVER);
        BenchServer server = site.server(SERVER, KEYS);
        if (!prepared) {
            site.mirrors().awaitServed(CACHED);
            site.mirrors().awaitServed(FLUSHED);
            Workload fill = Workload.of(Kind.SEQUENTIAL_WRITE, 64 << 10, DEPTH, RANGE_BYTES)
                    .ofTotal(RANGE_BYTES);
            Duration whatever = Duration.ZERO;
            site.load().run(List.of(plain.target()), fill, whatever);
            site.load().run(List.of(server.target(CACHED, VOLUME)), fill, whatever);
            site.load().run(List.of(server.target(FLUSHED, VOLUME)), fill, whatever);
            site.mirrors().order(FLUSHED, Optional.of(SERVER), Action.FLUSH);
            site.mirrors().await(FLUSHED, status -> status.releasedEpoch() >= 1);
            prepared = true;
        }
        return server;
    }
}
