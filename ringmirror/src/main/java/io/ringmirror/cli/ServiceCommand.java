package io.ringmirror.cli;

import io.ringmirror.config.RingMirrorConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that runs a server until the process is told to stop. */
abstract class ServiceCommand extends HelpOption implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description = "A file that exists while the server is ready, for health checks.")
    private Path readyFile;

    @Override
    public final Integer call() throws Exception {
        if (readyFile != null) {
            Places.requireFile(spec, "--ready-file", readyFile);
        }
        return run(kafka.config(), new Service(Optional.ofNullable(readyFile))).number();
    }

    /** Runs the server in the service. */
    abstract ExitCode run(RingMirrorConfig config, Service service) throws Exception;

    /** Says one line that scripts may wait for. */
    final void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
