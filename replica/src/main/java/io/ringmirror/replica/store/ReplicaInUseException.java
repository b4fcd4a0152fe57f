package io.ringmirror.replica.store;

/** Somebody else uses the replica's directory now; its message names who. It may be used when they are gone. */
public final class ReplicaInUseException extends ReplicaException {
    private static final long serialVersionUID = 1;

    public ReplicaInUseException(String message) {
        super(message);
    }
}
