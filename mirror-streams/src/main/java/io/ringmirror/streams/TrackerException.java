package io.ringmirror.streams;

/** A tracker cannot start, or cannot be asked. The message says why and what to do, in one line. */
public final class TrackerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TrackerException(String message) {
        super(message);
    }

    TrackerException(String message, Throwable cause) {
        super(message, cause);
    }
}
