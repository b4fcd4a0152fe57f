package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Puts a changed definition in the place of the one before, and waits until the tracker reckons with it. One thread. */
final class Redefinition {
    private static final long INTERVAL_MS = 100;

    private final Cluster cluster;

    Redefinition(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Writes the definition; returns when the tracker's status shows its generation, or with what to say if that does not
     * come within the bound. Servers heed it either way.
     */
    Optional<CommandException> write(Definition definition, Duration bound) throws InterruptedException {
        long deadlineNs = System.nanoTime() + bound.toNanos();
        cluster.definitions().put(definition);
        while (System.nanoTime() - deadlineNs < 0) {
            Optional<MirrorStatus> status = cluster.statuses().find(definition.mirror());
            if (status.filter(answer -> answer.generation() >= definition.generation())
                    .isPresent()) {
                return Optional.empty();
            }
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MS);
        }
        return Optional.of(new CommandException(
                ExitCode.FAILED,
                "the definition of mirror '" + definition.mirror()
                        + "' is changed, but the tracker did not answer within " + Quantities.duration(bound.toMillis())
                        + ": nothing is released until it does; does it run?"));
    }

    /**
     * Returns if the tracker answered.
     *
     * @throws CommandException if it did not
     */
    static void requireAnswer(Optional<CommandException> unanswered) {
        unanswered.ifPresent(e -> {
            throw e;
        });
    }
}
