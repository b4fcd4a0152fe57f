package io.ringmirror.bench.cases;

import static io.ringmirror.bench.Bench.VOLUME_BYTES;

import io.ringmirror.bench.BenchCase;
import io.ringmirror.bench.BenchSite;
import io.ringmirror.bench.Comparison;
import io.ringmirror.bench.Contender;
import io.ringmirror.bench.Figure;
import io.ringmirror.bench.load.Workload;
import io.ringmirror.bench.load.Workload.Kind;
import java.util.List;
import java.util.Map;

/** What it costs or brings that a source compresses what it appends; half of each block compresses. */
final class CompressionCase {
    private static final String KEY = "producer.compression.type";
    private static final String NONE = "none";
    private static final String LZ4 = "lz4";
    private static final String ZSTD = "zstd";
    private static final int DEPTH = 32;

    private final BenchSite site;

    CompressionCase(BenchSite site) {
        this.site = site;
    }

    List<BenchCase> all() {
        return List.of(
                of("compression-4k", "4 KiB random writes", Kind.RANDOM_WRITE, 4 << 10),
                of("compression-64k", "64 KiB sequential writes", Kind.SEQUENTIAL_WRITE, 64 << 10));
    }

    private BenchCase of(String name, String what, Kind kind, int blockBytes) {
        Workload workload = Workload.of(kind, blockBytes, DEPTH, VOLUME_BYTES);
        return new BenchCase(
                name,
                what + ", ack=write, 32 in flight, by the compression of records",
                List.of(contender(LZ4, workload), contender(ZSTD, workload), contender(NONE, workload)),
                List.of(
                        Comparison.ratio(Figure.OPERATIONS, LZ4, NONE),
                        Comparison.ratio(Figure.OPERATIONS, ZSTD, NONE)));
    }

    private Contender contender(String compression, Workload workload) {
        String server = "compression-" + compression;
        return new Contender(
                compression,
                duration ->
                        site.measure(site.source(server, VOLUME_BYTES, Map.of(KEY, compression)), workload, duration));
    }
}
