package io.ringmirror.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The registry did not answer, or not with what was asked for. The message names the subject or id and the URL. The
 * record in question was neither written nor passed over; the same call may be made again.
 */
public final class RegistryException extends SerializationException {
    private static final long serialVersionUID = 1L;

    private final boolean unknownThere;

    RegistryException(String message, Throwable cause) {
        super(message, cause);
        this.unknownThere = false;
    }

    RegistryException(String message) {
        this(message, false);
    }

    RegistryException(String message, boolean unknownThere) {
        super(message);
        this.unknownThere = unknownThere;
    }

    /** Whether the registry has answered, and has no such subject or schema. */
    public boolean isUnknownThere() {
        return unknownThere;
    }
}
