package io.ringmirror.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.ringmirror.bench.Bench;
import io.ringmirror.bench.BenchProfile;
import io.ringmirror.bench.BenchReport;
import io.ringmirror.bench.BenchSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ringmirror bench}. */
@Command(
        name = "bench",
        description = "Measures RingMirror beside bare clients of the log and an NBD server without mirroring, all"
                + " processes of its own on this machine, in turns. Takes fio and nbdkit where they are installed.")
final class BenchCommand extends HelpOption implements Callable<Integer> {
    private enum Profile {
        QUICK,
        FULL
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--profile",
            defaultValue = "quick",
            paramLabel = "quick|full",
            description = "How long and how often; default ${DEFAULT-VALUE}, which takes over an hour. 'full' takes"
                    + " hours.")
    private Profile profile;

    @Option(
            names = "--brokers",
            split = ",",
            defaultValue = "1,3",
            paramLabel = "N",
            description = "Sizes of the clusters that are measured, of 1 and 3; default ${DEFAULT-VALUE}.")
    private List<Integer> brokers;

    @Option(
            names = "--case",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Measures only cases whose name begins so; may be repeated. Names are in docs/performance.md.")
    private List<String> cases = List.of();

    @Option(names = "--built-in-client", description = "Uses the built-in NBD client although fio is installed.")
    private boolean builtIn;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Everything is kept here, in an empty directory or a new one; without it a temporary directory"
                            + " is used and deleted. Some 30 GiB are needed.")
    private Path data;

    @Option(
            names = "--servers-data",
            paramLabel = "DIR",
            description = "Servers keep their images under this directory, on another disk than the brokers' logs."
                    + " It is left as it is.")
    private Path serversData;

    @Override
    public Integer call() throws Exception {
        BenchSettings settings = settings();
        return EndOnSignal.during(() -> {
            try (Scratch scratch = Scratch.open("ringmirror-bench-", data, spec)) {
                return run(settings, scratch);
            }
        });
    }

    private int run(BenchSettings settings, Scratch scratch) throws IOException, InterruptedException {
        try {
            print(new Bench(settings, scratch.directory(), this::say).run());
            scratch.done();
            return ExitCode.OK.number();
        } catch (InterruptedException e) {
            scratch.done();
            throw e;
        }
    }

    private BenchSettings settings() {
        try {
            return new BenchSettings(
                    profile == Profile.FULL ? BenchProfile.FULL : BenchProfile.QUICK,
                    brokers,
                    cases,
                    builtIn,
                    Optional.ofNullable(serversData));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private void print(BenchReport report) throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(new ObjectMapper().registerModule(new Jdk8Module()).writeValueAsString(report));
        } else {
            BenchTable.print(report, out);
        }
        out.flush();
    }

    private void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
