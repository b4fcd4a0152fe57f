package io.ringmirror.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringmirror.demo.Demo;
import io.ringmirror.demo.DemoReport;
import io.ringmirror.demo.DemoSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ringmirror demo}. */
@Command(
        name = "demo",
        description = "Mirrors a volume on this machine, with everything that takes in one process: writes through NBD,"
                + " flushes at both ends, and compares the copies byte by byte. Needs no other service.")
final class DemoCommand extends HelpOption implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--seconds",
            defaultValue = "15",
            paramLabel = "N",
            description = "How long the built-in workload writes; default ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--image", paramLabel = "FILE", description = "Copies this raw disk image in instead.")
    private Path image;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keeps everything here, and goes on with what an earlier run left. Without it a temporary"
                    + " directory is used, and deleted at the end.")
    private Path data;

    @Option(names = "--keep", description = "Leaves it running after the verdict, until interrupted.")
    private boolean keep;

    @Option(
            names = "--nbd-port",
            defaultValue = "0",
            paramLabel = "PORT",
            description = "Port on 127.0.0.1 where the volume is served; 0, the default, takes a free one.")
    private int nbdPort;

    @Override
    public Integer call() throws Exception {
        return EndOnSignal.during(this::runInDirectory).number();
    }

    private ExitCode runInDirectory() throws IOException, InterruptedException {
        boolean temporary = data == null;
        if (!temporary) {
            Places.makeDirectory(spec, "--data", data);
        }
        Path directory = temporary ? Files.createTempDirectory("ringmirror-demo-") : data;
        try {
            return run(settings(directory.toAbsolutePath()));
        } finally {
            if (temporary) {
                delete(directory);
            }
        }
    }

    private DemoSettings settings(Path directory) {
        try {
            return new DemoSettings(directory, Duration.ofSeconds(seconds), Optional.ofNullable(image), nbdPort);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private ExitCode run(DemoSettings settings) throws IOException, InterruptedException {
        DemoScreen screen = new DemoScreen(err());
        try (Demo demo = Demo.start(settings, screen)) {
            DemoReport report = demo.run();
            screen.finish();
            print(report);
            if (keep) {
                stay(demo);
            }
            return report.identical() ? ExitCode.OK : ExitCode.DIFFERENT;
        }
    }

    private void print(DemoReport report) throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(new ObjectMapper().writeValueAsString(report));
        } else {
            out.printf(
                    Locale.ROOT,
                    "%s: source and destination %s%n",
                    report.identical() ? "IDENTICAL" : "DIFFERENT",
                    report.identical() ? "hold the same bytes" : "do not hold the same bytes");
            out.printf(
                    Locale.ROOT,
                    "%,d writes, %s, %d epochs in %.1f s; %d flushes at the source, %d at the destination%n",
                    report.writes(),
                    Quantities.bytes(report.bytes()),
                    report.epochs(),
                    report.seconds(),
                    report.sourceFlushes(),
                    report.destinationFlushes());
            out.printf(
                    Locale.ROOT,
                    "%d logs were required, the ring has %d; %d epochs released, %,d records deallocated; RPO %.0f s%n",
                    report.requiredLogs(),
                    report.ringLogs(),
                    report.releasedEpochs(),
                    report.deallocatedRecords(),
                    report.rpoSeconds());
        }
        out.flush();
    }

    private void stay(Demo demo) throws InterruptedException {
        String brokers = demo.bootstrapServers();
        PrintWriter err = err();
        err.println();
        err.println("It goes on running; interrupt it to end it. To try next, in another terminal:");
        err.println("  nbdinfo " + demo.nbdUri());
        err.println("  qemu-io -f raw -c 'write -P 0x5a 0 1M' -c flush " + demo.nbdUri());
        err.println("  nbdcopy " + demo.nbdUri() + " copy.img");
        err.println("  bin/ringmirror flush demo --server east -b " + brokers);
        err.println("  bin/ringmirror flush demo --server west -b " + brokers);
        err.println("  bin/ringmirror wait demo --in-sync -b " + brokers);
        err.println("  bin/ringmirror status -b " + brokers);
        err.println("  kafka-consumer-groups.sh --bootstrap-server " + brokers
                + " --describe --group ringmirror.demo.west");
        err.flush();
        new CountDownLatch(1).await();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
