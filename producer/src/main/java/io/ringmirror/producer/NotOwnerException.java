package io.ringmirror.producer;

/** This server does not own the mirror: another wrote the last TermBegin, or it gave the role up. It stays a destination. */
public final class NotOwnerException extends Exception {
    private static final long serialVersionUID = 1L;

    NotOwnerException(String message) {
        super(message);
    }
}
