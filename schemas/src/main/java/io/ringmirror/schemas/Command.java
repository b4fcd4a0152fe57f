package io.ringmirror.schemas;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * An order to the servers of a mirror: the record of the commands topic, keyed by the mirror's name.
 *
 * @param mirrorId the mirror; servers of another mirror under the same name pass it over
 * @param mirror its name
 * @param commandId one per order, for logs and answers
 * @param server who should do it; every server of the mirror if absent
 * @param action what to do
 * @param conditions until when, and where things stand; of orders about roles
 */
public record Command(
        UUID mirrorId, String mirror, UUID commandId, Optional<String> server, Action action, Conditions conditions) {
    /** What servers can be told to do. */
    public enum Action {
        /** Flush now: at the source this also goes on in another log. */
        FLUSH,
        /** Do not flush until {@link #RESUME_FLUSH}, save at shutdown: for rehearsing a slow destination. */
        HOLD_FLUSH,
        /** Flush by the triggers again. */
        RESUME_FLUSH,
        /** Take the role of the source, from whoever has it; told to one server. */
        PROMOTE,
        /** Give the role of the source up: finish and flush what was taken in, and go on as a destination. */
        DEMOTE,
        /** Say whether this server could take the role of the source now; nothing else. */
        ASK_FIT,
        /** Try again to run a mirror that stands still; one that runs goes on. Told to one server. */
        RETRY
    }

    /**
     * What holds where an order about roles is carried out, or it is refused: orders must not be obeyed late.
     *
     * @param expectedTerm the mirror's term when it was given; any if absent
     * @param timeToLiveMs how much later than the order itself the log's time may be
     * @param handedOver with {@link Action#PROMOTE}: the source of the expected term has handed over, and serves nobody
     * @param successor with {@link Action#DEMOTE}: the server that takes the role next; if it has not begun a term within
     *     the time to live, the old source takes the role back
     */
    public record Conditions(
            OptionalLong expectedTerm, OptionalLong timeToLiveMs, boolean handedOver, Optional<String> successor) {
        /** Of orders that may be carried out at any time. */
        public static final Conditions NONE =
                new Conditions(OptionalLong.empty(), OptionalLong.empty(), false, Optional.empty());

        public Conditions {
            expectedTerm.ifPresent(term -> Checks.atLeast("expectedTerm", term, 0));
            timeToLiveMs.ifPresent(ms -> Checks.atLeast("timeToLiveMs", ms, 0));
            successor.ifPresent(server -> Checks.name("successor", server));
        }
    }

    public Command {
        Objects.requireNonNull(mirrorId, "mirrorId");
        Checks.name("mirror", mirror);
        Objects.requireNonNull(commandId, "commandId");
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(conditions, "conditions");
    }

    /** An order without conditions. */
    public Command(UUID mirrorId, String mirror, UUID commandId, Optional<String> server, Action action) {
        this(mirrorId, mirror, commandId, server, action, Conditions.NONE);
    }
}
