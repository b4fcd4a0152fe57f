package io.ringmirror.cli;

import io.ringmirror.config.RingMirrorConfig;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that asks or tells the cluster something, within a bounded time, and ends. */
abstract class ClusterCommand extends HelpOption implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description =
                    "Longest wait, as 500ms, 30s or 2m: for Kafka's answer to one request (kafka.timeout.ms, which is 1s"
                            + " at least).")
    private Duration timeout;

    @Override
    public final Integer call() throws Exception {
        RingMirrorConfig config = kafka.config(timeout(), mirrors());
        Reach reach = new Reach(config, err());
        reach.require(timeout());
        try (Cluster cluster = Cluster.open(config)) {
            reach.first(cluster::reach);
            return run(cluster).number();
        }
    }

    /** Does what the command is for. */
    abstract ExitCode run(Cluster cluster) throws Exception;

    /** The mirrors that it is about, whose cluster it speaks to; empty for the cluster as such. */
    List<String> mirrors() {
        return List.of();
    }

    /** What {@code --timeout} says. */
    final Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** Where data goes. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Where everything else goes. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** What the user asked for cannot be: nothing was done. */
    final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
