package io.ringmirror.server;

import io.ringmirror.producer.Claim;
import io.ringmirror.schemas.Command;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A command as it reached this server, and when it had come into the log. Orders about roles age by the log's time: one
 * that was delayed must not be obeyed when nobody reckons with it any more.
 *
 * @param logTimeMs when it came into the log, by the log's clock, milliseconds since the epoch; empty if it was given
 *     within this process, and so does not age
 */
record Order(Command command, OptionalLong logTimeMs) {
    /** Of an order by a program that gives none. */
    private static final Duration USUAL_LIFE = Duration.ofSeconds(60);

    static Order logged(Command command, long logTimeMs) {
        return new Order(command, OptionalLong.of(logTimeMs));
    }

    static Order local(Command command) {
        return new Order(command, OptionalLong.empty());
    }

    /** The latest time of the log at which it may be obeyed. */
    long deadlineMs() {
        return logTimeMs.isEmpty() ? Long.MAX_VALUE : logTimeMs.getAsLong() + lifeMs();
    }

    long lifeMs() {
        return command.conditions().timeToLiveMs().orElse(USUAL_LIFE.toMillis());
    }

    /** Whether it was given in this term of the mirror, as far as it says. */
    boolean isOfTerm(long term) {
        return command.conditions().expectedTerm().orElse(term) == term;
    }

    /** As the ground on which a source starts. */
    Claim claim() {
        return new Claim.Ordered(
                command.conditions().expectedTerm(),
                deadlineMs(),
                command.conditions().handedOver());
    }
}
