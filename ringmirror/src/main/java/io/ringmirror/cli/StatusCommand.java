package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.streams.Silence;
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
        description =
                "Shows what the tracker says of the mirrors, worst first; exit code 6 if it says nothing. The JSON is"
                        + " that of the tracker's /api/v1/status.")
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
        ExitCode code = show(cluster);
        while (watch && !out().checkError()) {
            TimeUnit.MILLISECONDS.sleep(Math.max(100, interval.toMillis()));
            if (Ansi.AUTO.enabled() && !output.json()) {
                out().print(HOME_AND_CLEAR);
            }
            code = show(cluster);
        }
        return code;
    }

    private ExitCode show(Cluster cluster) {
        List<MirrorStatus> statuses = cluster.shownStatuses().stream()
                .filter(status -> mirrors.isEmpty() || mirrors.contains(status.mirror()))
                .toList();
        long nowMs = System.currentTimeMillis();
        PrintWriter out = out();
        if (output.json()) {
            out.println(StatusJson.text(StatusJson.document(statuses)));
        } else if (!statuses.isEmpty()) {
            StatusTable.print(statuses, nowMs, out);
        }
        out.flush();
        boolean silent = saySilence(statuses, nowMs);
        return sayUnspokenOf(cluster, statuses) || silent ? ExitCode.SILENT : ExitCode.OK;
    }

    /** Whether the tracker has not said for long that what it said still holds. */
    private boolean saySilence(List<MirrorStatus> statuses, long nowMs) {
        List<String> old = statuses.stream()
                .filter(status -> Silence.isOfTracker(status, nowMs))
                .map(MirrorStatus::mirror)
                .toList();
        if (!old.isEmpty()) {
            err().println("ringmirror: the tracker is silent about " + String.join(", ", old)
                    + ": how they are is not known, and nothing is released; start a tracker");
        }
        return !old.isEmpty();
    }

    /** Whether there are mirrors of which the tracker never spoke. */
    private boolean sayUnspokenOf(Cluster cluster, List<MirrorStatus> statuses) {
        List<String> unspokenOf = cluster.definitions().all().stream()
                .map(Definition::mirror)
                .filter(mirror -> mirrors.isEmpty() || mirrors.contains(mirror))
                .filter(mirror ->
                        statuses.stream().noneMatch(status -> status.mirror().equals(mirror)))
                .toList();
        for (String mirror : mirrors) {
            if (statuses.stream().noneMatch(status -> status.mirror().equals(mirror))) {
                cluster.definition(mirror);
            }
        }
        unspokenOf.forEach(mirror -> err().println(
                        "ringmirror: the tracker has not spoken of mirror '" + mirror + "' yet; is one running?"));
        if (statuses.isEmpty() && unspokenOf.isEmpty() && !output.json()) {
            err().println("ringmirror: there are no mirrors here; make one with 'ringmirror create'");
        }
        return !unspokenOf.isEmpty();
    }
}
