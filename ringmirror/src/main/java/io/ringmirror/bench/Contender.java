package io.ringmirror.bench;

import java.io.IOException;
import java.time.Duration;

/**
 * One of those that a case holds side by side.
 *
 * @param name short, and the same in every report
 * @param warmUp runs it once before anything counts
 * @param run runs it once and tells what it came to
 */
public record Contender(String name, Run warmUp, Run run) {
    /** One that is warmed up by what it is measured by. */
    public Contender(String name, Run run) {
        this(name, run, run);
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
