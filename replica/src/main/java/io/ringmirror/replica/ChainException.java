package io.ringmirror.replica;

/** The ring and a replica do not fit together: the mirror stops where it is, and the message says what to do. */
public final class ChainException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public ChainException(Kind kind, String message) {
        super(kind + ": " + message);
        this.kind = kind;
    }

    public ChainException(Kind kind, String message, Throwable cause) {
        super(kind + ": " + message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** In what way they do not fit. */
    public enum Kind {
        /** Records between the replica and the ring are missing: deleted, or lost. A full copy is needed. */
        GAP,
        /** The replica holds what the ring does not: another history. Nothing may be applied over it. */
        DIVERGED,
        /** A record's content is not what its writer wrote, or not what this mirror's records can be. */
        CORRUPT,
        /** A record of another mirror. */
        WRONG_MIRROR,
        /** The topic of the ring is not the one that the replica follows: deleted, or deleted and made anew. */
        TOPIC_GONE
    }
}
