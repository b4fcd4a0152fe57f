package io.ringmirror.simulation;

/** An invariant does not hold; the message begins with its name. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String message, Throwable cause) {
        super(message, cause);
    }
}
