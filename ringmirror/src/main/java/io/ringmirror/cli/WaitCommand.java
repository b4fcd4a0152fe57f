package io.ringmirror.cli;

import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringmirror wait}. */
@Command(
        name = "wait",
        description =
                "Waits, for --timeout or 60 s, until the tracker says that a mirror is as asked; exit code 1 if it is not"
                        + " in time.")
final class WaitCommand extends MirrorCommand {
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);
    private static final long INTERVAL_MS = 250;

    @ArgGroup(multiplicity = "1")
    private Goal goal;

    private static final class Goal {
        @Option(
                names = "--in-sync",
                description =
                        "There is a source, every server was heard lately, and every replica has flushed all that was written.")
        @SuppressWarnings("UnusedVariable") // Where the others are absent this one is present.
        private boolean inSync;

        @Option(names = "--sealed", paramLabel = "EPOCH", description = "This epoch is sealed.")
        private Long sealedEpoch;

        @Option(names = "--released", paramLabel = "EPOCH", description = "This epoch is released.")
        private Long releasedEpoch;

        @Option(names = "--flushed", paramLabel = "EPOCH", description = "Every replica has flushed this epoch.")
        private Long flushedEpoch;

        Predicate<MirrorStatus> reached() {
            if (sealedEpoch != null) {
                return status -> status.sealedEpoch() >= sealedEpoch;
            } else if (releasedEpoch != null) {
                return status -> status.releasedEpoch() >= releasedEpoch;
            } else if (flushedEpoch != null) {
                return status -> !status.replicas().isEmpty()
                        && status.replicas().stream()
                                .allMatch(replica -> replica.state().flushedEpoch() >= flushedEpoch);
            } else {
                return status -> status.verdict() == Verdict.IN_SYNC;
            }
        }
    }

    @Override
    ExitCode run(Cluster cluster) throws InterruptedException {
        cluster.definition(mirror());
        Duration limit = timeout().orElse(USUAL_LIMIT);
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<MirrorStatus> status = cluster.shownStatus(mirror());
            if (status.filter(goal.reached()).isPresent()) {
                out().println(line(status.get()));
                return ExitCode.OK;
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "not reached in " + Quantities.duration(limit.toMillis()) + ": "
                                + status.map(WaitCommand::line).orElse("the tracker has not spoken of " + mirror()));
            }
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MS);
        }
    }

    private static String line(MirrorStatus status) {
        return status.mirror() + ": "
                + status.verdict().word()
                + ", sealed epoch " + status.sealedEpoch() + ", released epoch " + status.releasedEpoch()
                + (status.reason().isBlank() ? "" : ": " + status.reason());
    }
}
