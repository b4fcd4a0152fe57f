package io.ringmirror.producer;

/** Another server owns the mirror: it wrote the last TermBegin. This one stays a destination. */
public final class NotOwnerException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String owner;

    NotOwnerException(String mirror, String owner, long term) {
        super("mirror " + mirror + " is owned by server " + owner + " since term " + term
                + "; this server stays a destination");
        this.owner = owner;
    }

    /** The server that owns the mirror. */
    public String owner() {
        return owner;
    }
}
