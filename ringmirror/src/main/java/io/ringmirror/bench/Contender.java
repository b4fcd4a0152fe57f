package io.ringmirror.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * One of those that a case holds side by side.
 *
 * @param name short, and the same in every report
 * @param warmUp runs it before anything counts; empty for one that is measured cold
 * @param run runs it once and tells what it came to
 */
public record Contender(String name, Optional<Run> warmUp, Run run) {
    /** One that is warmed up by what it is measured by. */
    public Contender(String name, Run run) {
        this(name, run, run);
    }

    /** One that is warmed up in a way of its own. */
    public Contender(String name, Run warmUp, Run run) {
        this(name, Optional.of(warmUp), run);
    }

    /** One whose runs each begin with new processes. */
    public static Contender cold(String name, Run run) {
        return new Contender(name, Optional.empty(), run);
    }

    /** One run. */
    @FunctionalInterface
    public interface Run {
        /**
         * Runs it.
         *
         * @param duration how long it should take; a run of a fixed amount of work takes as long as it takes
         */
        Measurement measure(Duration duration) throws IOException, InterruptedException;
    }
}
