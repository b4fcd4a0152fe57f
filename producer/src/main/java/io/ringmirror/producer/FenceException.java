package io.ringmirror.producer;

/** Nobody was let in: the mirror's fence is not what this server knew. It passes; the role can be taken again. */
public final class FenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FenceException(String message) {
        super(message);
    }
}
