package io.ringmirror.schemas;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * An order to the servers of a mirror: the record of the commands topic, keyed by the mirror's name.
 *
 * @param mirrorId the mirror; servers of another mirror under the same name pass it over
 * @param mirror its name
 * @param commandId one per order, for logs
 * @param server who should do it; every server of the mirror if absent
 * @param action what to do
 */
public record Command(UUID mirrorId, String mirror, UUID commandId, Optional<String> server, Action action) {
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
        DEMOTE
    }

    public Command {
        Objects.requireNonNull(mirrorId, "mirrorId");
        Checks.name("mirror", mirror);
        Objects.requireNonNull(commandId, "commandId");
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(action, "action");
    }
}
