package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Definition.Ring;
import io.ringmirror.schemas.Definition.Volume;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringmirror create}. */
@Command(
        name = "create",
        description = "Makes a mirror: its ring of logs, the shared topics where they are missing, its definition.")
final class CreateCommand extends ClusterCommand {
    @Parameters(paramLabel = "MIRROR", description = "Name of the new mirror.")
    private String mirror;

    @Option(
            names = "--volume",
            required = true,
            paramLabel = "NAME=SIZE",
            converter = VolumeConverter.class,
            description = "A volume and its size, as data=10G; may be repeated. Volumes of one mirror share one order"
                    + " of writes.")
    private List<Volume> volumes;

    @Option(names = "--source", required = true, paramLabel = "SERVER", description = "Server that takes the writes.")
    private String source;

    @Option(
            names = "--destination",
            required = true,
            paramLabel = "SERVER",
            description = "Server that keeps a copy; may be repeated.")
    private List<String> destinations;

    @Option(
            names = "--ring-initial-logs",
            defaultValue = "3",
            paramLabel = "N",
            description = "Logs made now; default ${DEFAULT-VALUE}.")
    private int initialLogs;

    @Option(
            names = "--ring-max-logs",
            defaultValue = "64",
            paramLabel = "N",
            description = "Most logs that the ring grows to; default ${DEFAULT-VALUE}.")
    private int maxLogs;

    @Option(
            names = "--ring-max-bytes",
            defaultValue = "16G",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Most unreleased bytes in the ring before writers wait; default ${DEFAULT-VALUE}.")
    private long maxBytes;

    @Option(
            names = "--retention",
            defaultValue = "0s",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "How long released records are kept for rewinding; default ${DEFAULT-VALUE}, not at all.")
    private Duration retention;

    @Override
    List<String> mirrors() {
        return List.of(mirror);
    }

    @Override
    ExitCode run(Cluster cluster) {
        Definition definition = definition();
        new MirrorMaker(cluster, warning -> err().println("ringmirror: warning: " + warning)).make(definition);
        out().println("created mirror " + mirror + " with id " + definition.mirrorId());
        return ExitCode.OK;
    }

    private Definition definition() {
        try {
            return Definition.first(
                    mirror,
                    source,
                    destinations,
                    volumes,
                    new Ring(initialLogs, maxLogs, maxBytes),
                    retention.toMillis());
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }
}
