package io.ringmirror.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The registry did not answer, or not with what was asked for. The message names the subject or id and the URL. The
 * record in question was neither written nor passed over; the same call may be made again.
 */
public final class RegistryException extends SerializationException {
    private static final long serialVersionUID = 1L;

    RegistryException(String message, Throwable cause) {
        super(message, cause);
    }

    RegistryException(String message) {
        super(message);
    }
}
