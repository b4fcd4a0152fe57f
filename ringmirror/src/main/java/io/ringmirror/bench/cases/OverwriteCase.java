package io.ringmirror.bench.cases;

import static io.ringmirror.bench.Bench.VOLUME_BYTES;
import static io.ringmirror.bench.BenchSite.VOLUME;

import io.ringmirror.bench.BenchCase;
import io.ringmirror.bench.BenchProfile;
import io.ringmirror.bench.BenchServer;
import io.ringmirror.bench.BenchSite;
import io.ringmirror.bench.Comparison;
import io.ringmirror.bench.Contender;
import io.ringmirror.bench.Figure;
import io.ringmirror.bench.Measurement;
import io.ringmirror.bench.load.RingScan;
import io.ringmirror.bench.load.Workload;
import io.ringmirror.bench.load.Workload.Kind;
import io.ringmirror.schemas.Command.Action;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Blocks that are written over and over: how much of it reaches the image. */
final class OverwriteCase {
    private static final String MIRROR = "mirror";
    private static final String SERVER = "overwrites";
    private static final int BLOCK_BYTES = 4 << 10;
    private static final long RANGE_BYTES = 64L << 20;
    private static final double ZIPF = 1.1;

    private final BenchSite site;
    private final BenchProfile profile;

    OverwriteCase(BenchSite site, BenchProfile profile) {
        this.site = site;
        this.profile = profile;
    }

    List<BenchCase> all() {
        return List.of(new BenchCase(
                "overwrites",
                "4 KiB writes, zipf 1.1 over 64 MiB: bytes given to the disk against distinct blocks of each epoch",
                List.of(new Contender(MIRROR, this::measure)),
                List.of(Comparison.atMost(1.05, Figure.REWRITTEN, MIRROR))));
    }

    private Measurement measure(Duration whatever) throws IOException, InterruptedException {
        BenchServer server = site.source(SERVER, VOLUME_BYTES, Map.of());
        site.deleteReleased(SERVER);
        long before = site.status(SERVER).orElseThrow().sealedEpoch();
        double writtenBefore = server.writtenBytes();
        Workload workload = Workload.of(Kind.RANDOM_WRITE, BLOCK_BYTES, 32, RANGE_BYTES)
                .skewedBy(ZIPF)
                .ofTotal(profile.overwriteBytes());
        Measurement measured = site.load().run(List.of(server.target(SERVER, VOLUME)), workload, whatever);
        site.order(SERVER, Optional.of(SERVER), Action.FLUSH);
        long last = site.await(
                        SERVER,
                        status -> status.source().isPresent()
                                && status.source().get().state().dirtyBytes() == 0
                                && status.releasedEpoch() == status.sealedEpoch())
                .sealedEpoch();
        double written = server.writtenBytes() - writtenBefore;
        long distinct = new RingScan(
                        site.ring(SERVER),
                        site.kafka(),
                        site.serdes().logRecords().deserializer())
                .distinctBlocks(before + 1, last, BLOCK_BYTES);
        return measured.with(Figure.REWRITTEN, written / (distinct * (double) BLOCK_BYTES));
    }
}
