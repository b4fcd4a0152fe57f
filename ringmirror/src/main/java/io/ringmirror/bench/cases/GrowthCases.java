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
import io.ringmirror.schemas.Definition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** More volumes, larger volumes and longer histories: what a write and a start cost then. */
final class GrowthCases {
    private static final int BLOCK_BYTES = 4 << 10;
    private static final int DEPTH = 32;
    private static final long SMALL_BYTES = 64L << 20;
    private static final long LARGE_BYTES = 64L << 30;

    /** Of all volumes together, however many: wider ranges alone make a flush longer, as less is written twice. */
    private static final long ALL_VOLUMES_BYTES = 512L << 20;

    /** However many volumes: what more connections with fewer requests in flight each cost is not what volumes cost. */
    private static final int CLIENTS = 8;

    private static final int FEW_EPOCHS = 10;
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    private final BenchSite site;
    private final BenchProfile profile;

    GrowthCases(BenchSite site, BenchProfile profile) {
        this.site = site;
        this.profile = profile;
    }

    List<BenchCase> all() {
        return List.of(volumes(), sizes(), starts(), epochs());
    }

    private BenchCase volumes() {
        List<Contender> contenders = new ArrayList<>();
        List<Comparison> comparisons = new ArrayList<>();
        for (int count : List.of(1, 2, 4, 8)) {
            contenders.add(new Contender(volumesName(count), duration -> writeToVolumes(count, duration)));
            if (count > 1) {
                comparisons.add(Comparison.ratioAtLeast(0.9, Figure.OPERATIONS, volumesName(count), volumesName(1)));
            }
        }
        return new BenchCase(
                "volumes",
                "4 KiB random writes to all volumes of a mirror, 512 MiB together, 8 clients with 4 in flight each",
                contenders,
                comparisons);
    }

    private static String volumesName(int count) {
        return count + (count == 1 ? " volume" : " volumes");
    }

    private Measurement writeToVolumes(int count, Duration duration) throws IOException, InterruptedException {
        String name = "volumes-" + count;
        long volumeBytes = ALL_VOLUMES_BYTES / count;
        List<Definition.Volume> volumes = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            volumes.add(new Definition.Volume(VOLUME + number, volumeBytes));
        }
        site.mirrors().create(name, volumes, name);
        BenchServer server = site.server(name, Map.of());
        site.mirrors().awaitServed(name);
        List<NbdLoad.Target> targets = IntStream.range(0, CLIENTS)
                .mapToObj(client -> volumes.get(client % count))
                .map(volume -> server.target(name, volume.name()))
                .toList();
        Measurement measured = site.load()
                .run(targets, Workload.of(Kind.RANDOM_WRITE, BLOCK_BYTES, DEPTH / CLIENTS, volumeBytes), duration);
        site.mirrors().deleteReleased(name);
        return measured;
    }

    private BenchCase sizes() {
        return new BenchCase(
                "sizes",
                "4 KiB random writes over 64 MiB of a volume, 32 in flight, by the volume's size",
                List.of(
                        new Contender("64 GiB", duration -> writeToSize("large", LARGE_BYTES, duration)),
                        new Contender("64 MiB", duration -> writeToSize("small", SMALL_BYTES, duration))),
                List.of(Comparison.ratioAtLeast(0.9, Figure.OPERATIONS, "64 GiB", "64 MiB")));
    }

    private BenchCase starts() {
        return new BenchCase(
                "starts",
                "start after a clean stop, by the volume's size",
                List.of(
                        Contender.cold("64 GiB", duration -> startOf("large", LARGE_BYTES)),
                        Contender.cold("64 MiB", duration -> startOf("small", SMALL_BYTES))),
                List.of(Comparison.ratioAtMost(1.25, Figure.START, "64 GiB", "64 MiB")));
    }

    private Measurement writeToSize(String name, long sizeBytes, Duration duration)
            throws IOException, InterruptedException {
        return site.measure(site.source(name, sizeBytes, Map.of()), overSmallRange(), duration);
    }

    private Measurement startOf(String name, long sizeBytes) throws IOException, InterruptedException {
        BenchServer server = site.source(name, sizeBytes, Map.of());
        return Measurement.of(Figure.START, site.restart(server, Map.of()));
    }

    private static Workload overSmallRange() {
        return Workload.of(Kind.RANDOM_WRITE, BLOCK_BYTES, DEPTH, SMALL_BYTES);
    }

    private BenchCase epochs() {
        String many = profile.epochs() + " epochs";
        String few = FEW_EPOCHS + " epochs";
        return new BenchCase(
                "epochs",
                "4 KiB random writes over 64 MiB, 32 in flight, by the length of the mirror's history",
                List.of(
                        new Contender(many, duration -> writeAfter("history-long", profile.epochs(), duration)),
                        new Contender(few, duration -> writeAfter("history-short", FEW_EPOCHS, duration))),
                List.of(Comparison.ratioAtLeast(0.9, Figure.OPERATIONS, many, few)));
    }

    /** The history is made by a server that flushes at each MiB, and gone on with by one that does not. */
    private Measurement writeAfter(String mirror, int epochs, Duration duration)
            throws IOException, InterruptedException {
        BenchServer server = site.source(mirror, SMALL_BYTES, Map.of(Keys.SOURCE_FLUSH_DIRTY_BYTES, "1048576"));
        boolean making = false;
        while (site.mirrors().status(mirror).orElseThrow().openEpoch() < epochs) {
            making = true;
            Workload fill = Workload.of(Kind.SEQUENTIAL_WRITE, 256 << 10, 8, SMALL_BYTES);
            site.measure(server, fill, A_WHILE);
        }
        if (making) {
            site.restart(server, Map.of());
        }
        return site.measure(server, overSmallRange(), duration);
    }
}
