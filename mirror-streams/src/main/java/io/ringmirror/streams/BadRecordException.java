package io.ringmirror.streams;

import io.ringmirror.schemas.registry.RegistryException;

/** A record of an input topic cannot be read. The message says which one, why, and what to do. */
final class BadRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean readableLater;

    BadRecordException(String topic, int partition, long offset, Throwable cause) {
        super(
                "the record at offset " + offset + " of " + topic + "-" + partition + " cannot be read: "
                        + cause.getMessage() + "; the tracker passes no record over: " + advice(cause),
                cause);
        readableLater = isOfRegistry(cause);
    }

    /** Whether the record may be well and only the registry's answer is missing. */
    boolean readableLater() {
        return readableLater;
    }

    private static String advice(Throwable cause) {
        return isOfRegistry(cause)
                ? "see that the registry answers, then start it again if it has stopped"
                : "start one as new as the server that wrote it, or have the record removed";
    }

    private static boolean isOfRegistry(Throwable cause) {
        return cause instanceof RegistryException;
    }
}
