package io.ringmirror.producer;

/** Why a block device refused or failed a request; the kind is what an NBD client is told, the message is for logs. */
public final class DeviceException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public DeviceException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public DeviceException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The errors of the NBD protocol that a device can answer with. */
    public enum Kind {
        /** The device could not read or write. */
        IO,
        /** The request itself is wrong. */
        INVALID,
        /** A write to a read-only device. */
        READ_ONLY,
        /** No space is left for the write. */
        NO_SPACE,
        /** The server does not own the mirror any more, or is stopping; close the connection. */
        SHUTDOWN
    }
}
