package io.ringmirror.replica.store;

import java.io.IOException;

/**
 * A replica's directory cannot be used as it is: its message names the file, what was found, what was expected and what
 * to do. Nothing was changed. Unless somebody else
 * just uses it ({@link ReplicaInUseException}) trying again does not help; somebody has to look.
 */
public class ReplicaException extends IOException {
    private static final long serialVersionUID = 1;

    public ReplicaException(String message) {
        super(message);
    }

    public ReplicaException(String message, Throwable cause) {
        super(message, cause);
    }
}
