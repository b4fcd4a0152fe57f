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
import io.ringmirror.bench.load.RingScan;
import io.ringmirror.bench.load.Workload;
import io.ringmirror.bench.load.Workload.Kind;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.topics.EventTail;
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
    private static final Duration EVENTS_BOUND = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(100);

    private final BenchSite site;
    private final BenchProfile profile;

    OverwriteCase(BenchSite site, BenchProfile profile) {
        this.site = site;
        this.profile = profile;
    }

    List<BenchCase> all() {
        return List.of(new BenchCase(
                "overwrites",
                "4 KiB writes, zipf 1.1 over 64 MiB: bytes written to the image against distinct blocks of each epoch",
                List.of(new Contender(MIRROR, this::measure)),
                List.of(Comparison.atMost(1.05, Figure.REWRITTEN, MIRROR))));
    }

    private Measurement measure(Duration whatever) throws IOException, InterruptedException {
        BenchServer server = site.source(SERVER, VOLUME_BYTES, Map.of());
        site.mirrors().deleteReleased(SERVER);
        long before = site.mirrors().status(SERVER).orElseThrow().sealedEpoch();
        Workload workload = Workload.of(Kind.RANDOM_WRITE, BLOCK_BYTES, 32, RANGE_BYTES)
                .skewedBy(ZIPF)
                .ofTotal(profile.overwriteBytes());
        try (EventTail events = site.mirrors().events()) {
            Measurement measured = site.load().run(List.of(server.target(SERVER, VOLUME)), workload, whatever);
            long last = flushAll();
            double distinctBytes = distinctBlocks(before + 1, last) * (double) BLOCK_BYTES;
            return measured.with(Figure.REWRITTEN, flushedBytes(events, last) / distinctBytes);
        }
    }

    /** Returns the last epoch when nothing is dirty any more. */
    private long flushAll() throws IOException, InterruptedException {
        site.mirrors().order(SERVER, Optional.of(SERVER), Action.FLUSH);
        return site.mirrors()
                .await(
                        SERVER,
                        status -> status.source().isPresent()
                                && status.source().get().state().dirtyBytes() == 0
                                && status.releasedEpoch() == status.sealedEpoch())
                .sealedEpoch();
    }

    private long distinctBlocks(long firstEpoch, long lastEpoch) throws IOException {
        return new RingScan(
                        site.mirrors().ring(SERVER),
                        site.kafka(),
                        site.mirrors().serdes().logRecords().deserializer())
                .distinctBlocks(firstEpoch, lastEpoch, BLOCK_BYTES);
    }

    /** What the flushes up to this epoch wrote to the image, as the server states it. */
    private static long flushedBytes(EventTail events, long lastEpoch) throws IOException {
        long bytes = 0;
        long flushed = 0;
        long endNs = System.nanoTime() + EVENTS_BOUND.toNanos();
        while (flushed < lastEpoch) {
            if (System.nanoTime() > endNs) {
                throw new IOException("the flush of epoch " + lastEpoch + " was not stated");
            }
            for (Event event : events.poll(POLL)) {
                if (event.mirror().equals(SERVER) && event.fact() instanceof Event.Fact.Flushed flush) {
                    bytes += flush.bytes();
                    flushed = flush.epoch();
                }
            }
        }
        return bytes;
    }
}
