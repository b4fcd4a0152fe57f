package io.ringmirror.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringmirror.torture.Torture;
import io.ringmirror.torture.TortureReport;
import io.ringmirror.torture.TortureSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ringmirror torture}. */
@Command(
        name = "torture",
        description = "Kills, stops and promotes servers, and kills brokers, all processes of its own on this machine,"
                + " while clients write; then compares all copies with what was acknowledged. Exit code 3 if a promise"
                + " was broken. With --bootstrap-server it uses that cluster, under a prefix of its own, and leaves"
                + " brokers alone.")
final class TortureCommand extends HelpOption implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--topology",
            defaultValue = "pair",
            paramLabel = "pair|both-ways|circle:N|fan-out:N",
            description = "Servers and the mirrors between them; default ${DEFAULT-VALUE}.")
    private String topology;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            paramLabel = "N",
            description = "How long faults go on; default ${DEFAULT-VALUE}. Starting, healing and comparing take a"
                    + " minute more.")
    private int seconds;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description = "The same seed gives the same plan of faults; default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--ack",
            defaultValue = "write",
            paramLabel = "write|flush",
            description = "What an answer of the servers means, as their key ack says; default ${DEFAULT-VALUE}.")
    private String ack;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Everything is kept here, in an empty directory or a new one. Without it a temporary directory"
                            + " is used.")
    private Path data;

    @Option(
            names = "--keep",
            description = "Keeps the temporary directory; it is kept anyway when something went wrong.")
    private boolean keep;

    @Option(names = "--corrupt", hidden = true, description = "Damages a copy before all are compared.")
    private boolean corrupt;

    @Override
    public Integer call() throws Exception {
        TortureSettings settings = settings();
        return EndOnSignal.during(() -> {
            try (Scratch scratch = Scratch.open("ringmirror-torture-", data, spec)) {
                return run(settings, scratch);
            }
        });
    }

    private int run(TortureSettings settings, Scratch scratch) throws IOException, InterruptedException {
        try {
            TortureReport report = run(settings, scratch.directory());
            print(report);
            if (report.clean() && !keep) {
                scratch.done();
            }
            return (report.clean() ? ExitCode.OK : ExitCode.DIFFERENT).number();
        } catch (InterruptedException e) {
            if (!keep) {
                scratch.done();
            }
            throw e;
        }
    }

    private TortureReport run(TortureSettings settings, Path directory) throws IOException, InterruptedException {
        try (Torture torture =
                Torture.start(settings, directory, (said, words) -> Main.run(said, said, words), this::say)) {
            return torture.run();
        }
    }

    private TortureSettings settings() {
        Optional<Map<String, String>> cluster = Optional.empty();
        if (kafka.namesCluster()) {
            Map<String, String> keys = new HashMap<>();
            kafka.config().originals().forEach((key, value) -> keys.put(key, String.valueOf(value)));
            cluster = Optional.of(keys);
        }
        try {
            return new TortureSettings(topology, seconds, seed, ack, cluster, corrupt);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private void print(TortureReport report) throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(new ObjectMapper().writeValueAsString(report));
        } else {
            out.printf(
                    Locale.ROOT,
                    "%s: %d lost, %d prefix violations, %d zombie acknowledgements, %d zombie reads, %d stuck, replicas"
                            + " %s%n",
                    report.clean() ? "HELD" : "BROKEN",
                    report.lost(),
                    report.prefixViolations(),
                    report.zombieAcks(),
                    report.zombieReads(),
                    report.stuck(),
                    report.identical() ? "identical" : "not identical");
            out.printf(
                    Locale.ROOT,
                    "%d servers killed, %d stopped, %d cut off, %d promotions, %d brokers killed, %d stopped, %d trackers killed%n",
                    report.kills(),
                    report.pauses(),
                    report.partitions(),
                    report.promotions(),
                    report.brokerKills(),
                    report.brokerPauses(),
                    report.trackerKills());
            out.printf(
                    Locale.ROOT,
                    "%,d of %,d writes acknowledged, %s, %,d epochs, %d terms in %.0f s; longest stall %.1f s%n",
                    report.acknowledged(),
                    report.writes(),
                    Quantities.bytes(report.bytes()),
                    report.epochs(),
                    report.terms(),
                    report.seconds(),
                    report.maxStallSeconds());
        }
        out.flush();
    }

    private void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        synchronized (err) {
            err.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS) + "  " + line);
            err.flush();
        }
    }
}
