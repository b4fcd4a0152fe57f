package io.ringmirror.cli;

import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.streams.StatusJson;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ringmirror status}. */
@Command(
        name = "status",
        description = "Shows what the tracker says of the mirrors, worst first. The JSON is that of the tracker's"
                + " /api/v1/status.")
final class StatusCommand extends ClusterCommand {
    private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

    @Parameters(arity = "0..*", paramLabel = "MIRROR", description = "Mirrors to show; all if none is named.")
    private List<String> mirrors = List.of();

    @Mixin
    private OutputOption output;

    @Option(
            names = {"-w", "--watch"},
            description = "Shows it again and again, until interrupted.")
    private boolean watch;

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            defaultValue = "2s",
            converter = DurationConverter.class,
            description = "Time between two showings with -w; default ${DEFAULT-VALUE}.")
    private Duration interval;

    @Override
    List<String> mirrors() {
        return mirrors;
    }

    @Override
    ExitCode run(Cluster cluster) throws InterruptedException {
        show(cluster);
        while (watch && !out().checkError()) {
            TimeUnit.MILLISECONDS.sleep(Math.max(100, interval.toMillis()));
            if (Ansi.AUTO.enabled() && !output.json()) {
                out().print(HOME_AND_CLEAR);
            }
            show(cluster);
        }
        return ExitCode.OK;
    }

    private void show(Cluster cluster) {
        List<MirrorStatus> statuses = cluster.statuses().all().stream()
                .filter(status -> mirrors.isEmpty() || mirrors.contains(status.mirror()))
                .toList();
        for (String mirror : mirrors) {
            if (statuses.stream().noneMatch(status -> status.mirror().equals(mirror))) {
                cluster.definition(mirror);
                err().println("the tracker has not spoken of mirror '" + mirror + "' yet; is one running?");
            }
        }
        PrintWriter out = out();
        if (output.json()) {
            out.println(StatusJson.text(StatusJson.document(statuses)));
        } else {
            StatusTable.print(statuses, out);
        }
        out.flush();
    }
}
