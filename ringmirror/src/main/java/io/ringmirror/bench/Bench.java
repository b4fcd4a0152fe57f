package io.ringmirror.bench;

import io.ringmirror.bench.cases.Cases;
import io.ringmirror.bench.load.BuiltInLoad;
import io.ringmirror.bench.load.FioLoad;
import io.ringmirror.bench.load.NbdLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One benchmark: for each size of cluster, starts what is measured and runs the cases one after the other. Every process
 * it starts has ended when it returns. One thread.
 */
public final class Bench {
    /** Volumes are of this size where the case is not about size. */
    public static final long VOLUME_BYTES = 1L << 30;

    private final BenchSettings settings;
    private final Path directory;
    private final Consumer<String> say;

    /**
     * @param directory where everything is kept, empty
     * @param say takes lines for people
     */
    public Bench(BenchSettings settings, Path directory, Consumer<String> say) {
        this.settings = settings;
        this.directory = directory;
        this.say = say;
    }

    /**
     * Measures.
     *
     * @throws IOException if something that is measured does not start, stops or does not answer
     */
    public BenchReport run() throws IOException, InterruptedException {
        NbdLoad load = load();
        BenchProfile profile = settings.profile();
        Rounds rounds = new Rounds(
                profile.rounds(),
                new WarmUp(profile.warmUp(), profile.warmUpBound(), new Compilers(ProcessHandle.current())::sinceLast),
                profile.sample());
        List<BenchReport.Result> results = new ArrayList<>();
        Optional<String> plain = Optional.empty();
        for (int brokers : settings.brokers()) {
            say.accept("starting " + brokers + (brokers == 1 ? " broker" : " brokers") + " and a tracker");
            try (BenchSite site = BenchSite.start(brokers, directories(brokers), load, VOLUME_BYTES)) {
                plain = site.plain().map(PlainServer::name);
                for (BenchCase next : Cases.all(site, profile)) {
                    if (settings.wants(next)) {
                        long startNs = System.nanoTime();
                        BenchReport.Result result = rounds.run(brokers, next);
                        results.add(result);
                        say.accept(next.name() + " took "
                                + Duration.ofNanos(System.nanoTime() - startNs).toSeconds() + " s");
                    }
                }
            }
        }
        return new BenchReport(BenchReport.VERSION, profile.name(), load.name(), plain, machine(), results);
    }

    private BenchSite.Directories directories(int brokers) {
        String name = "brokers-" + brokers;
        Path own = directory.resolve(name);
        return new BenchSite.Directories(
                own, settings.serversData().map(path -> path.resolve(name)).orElse(own));
    }

    private NbdLoad load() throws InterruptedException {
        Optional<FioLoad> fio = settings.builtIn() ? Optional.empty() : FioLoad.find(directory);
        return fio.<NbdLoad>map(found -> found).orElseGet(BuiltInLoad::new);
    }

    private static String machine() {
        return Runtime.getRuntime().availableProcessors() + " processors, " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + " " + System.getProperty("os.arch") + ", Java "
                + System.getProperty("java.version");
    }
}
