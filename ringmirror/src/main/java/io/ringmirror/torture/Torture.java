package io.ringmirror.torture;

import io.ringmirror.torture.Tally.Event;
import io.ringmirror.torture.Violations.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * One torture: starts everything, writes while the plan of faults goes on, heals, brings all level, and compares. Every
 * wait is bounded, and all that was started has ended when it is closed. One thread runs it.
 */
public final class Torture implements AutoCloseable {
    private final TortureSettings settings;
    private final TortureSite site;
    private final Stage stage;
    private volatile boolean over;

    private Torture(TortureSettings settings, TortureSite site) {
        this.settings = settings;
        this.site = site;
        this.stage = site.stage();
    }

    /**
     * Starts servers, and brokers where the user has none; clients write when this returns.
     *
     * @param directory where everything is kept, empty
     * @param operator runs commands
     * @param say takes lines for people, from several threads
     */
    public static Torture start(TortureSettings settings, Path directory, Operator operator, Consumer<String> say)
            throws IOException, InterruptedException {
        return new Torture(settings, TortureSite.build(settings, directory, operator, say));
    }

    /**
     * Does everything that is planned, and says what it came to.
     *
     * @throws IOException if the torture itself cannot go on
     */
    public TortureReport run() throws IOException, InterruptedException {
        FaultPlan plan = FaultPlan.draw(
                settings.seed(), settings.seconds(), site.brokers().isPresent());
        long startNs = System.nanoTime();
        long endNs = startNs + TimeUnit.SECONDS.toNanos(settings.seconds());
        ClusterFaults clusterFaults = new ClusterFaults(stage, site.brokers(), site.kafka());
        CompletableFuture<Void> cluster = beside(() -> run(plan.cluster(), endNs, clusterFaults::run));
        ServerFaults serverFaults = new ServerFaults(stage);
        boolean moving = false;
        try {
            run(plan.servers(), endNs, fault -> {
                serverFaults.run(fault);
                over |= !stage.awaitProgress();
                site.requireFollowed();
                stage.forget();
            });
            moving = !over;
        } finally {
            over = true;
            await(cluster);
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        boolean compared = moving && stage.awaitProgress() && new Ending(stage).run(settings.corrupt());
        site.requireFollowed();
        return report(seconds, compared);
    }

    @Override
    public void close() {
        site.close();
    }

    /** A part of the plan. */
    private interface Doing {
        void run(Fault fault) throws IOException, InterruptedException;
    }

    private void run(List<Fault> faults, long endNs, Doing doing) throws IOException, InterruptedException {
        for (Fault fault : faults) {
            TimeUnit.MILLISECONDS.sleep(fault.beforeMs());
            if (over || System.nanoTime() > endNs) {
                return;
            }
            doing.run(fault);
        }
    }

    /** Something that a thread of its own does. */
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static CompletableFuture<Void> beside(Step step) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        step.run();
                    } catch (IOException | InterruptedException e) {
                        throw new CompletionException(e);
                    }
                },
                work -> {
                    Thread thread = new Thread(work, "cluster-faults");
                    thread.setDaemon(true);
                    thread.start();
                });
    }

    private static void await(CompletableFuture<Void> step) throws IOException {
        try {
            step.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        }
    }

    private TortureReport report(double seconds, boolean compared) {
        Tally tally = stage.tally();
        Violations violations = stage.violations();
        Duration longest = stage.mirrors().stream()
                .map(mirror -> mirror.progress().longest())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return new TortureReport(
                TortureReport.VERSION,
                settings.topology(),
                settings.seed(),
                tenths(seconds),
                tally.count(Event.KILL),
                tally.count(Event.PAUSE),
                tally.count(Event.PARTITION),
                tally.count(Event.PROMOTION),
                tally.count(Event.BROKER_KILL),
                tally.count(Event.BROKER_PAUSE),
                tally.count(Event.TRACKER_KILL),
                tally.count(Event.EXIT),
                sum(TortureMirror::writes),
                sum(mirror -> mirror.progress().count()),
                sum(TortureMirror::bytes),
                sum(mirror -> mirror.order().epoch()),
                sum(mirror -> mirror.order().term().number()),
                tally.count(Event.REPLICA_CHECK),
                violations.count(Kind.LOST),
                violations.count(Kind.PREFIX),
                violations.count(Kind.ZOMBIE),
                violations.count(Kind.ZOMBIE_READ),
                violations.count(Kind.STUCK),
                compared && violations.count(Kind.DIFFERENT) == 0,
                tenths(longest.toMillis() / 1000.0));
    }

    private long sum(ToLongFunction<TortureMirror> number) {
        return stage.mirrors().stream().mapToLong(number).sum();
    }

    private static double tenths(double seconds) {
        return Math.round(seconds * 10) / 10.0;
    }
}
