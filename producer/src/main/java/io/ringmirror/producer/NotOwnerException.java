package io.ringmirror.producer;

/**
 * A claim does not hold: another server wrote the last TermBegin, this one gave the role up, or the order came late. It stays
 * a destination.
 */
public final class NotOwnerException extends Exception {
    private static final long serialVersionUID = 1L;

    NotOwnerException(String message) {
        super(message);
    }
}
