package io.ringmirror.server;

import java.io.IOException;

/** The server may not have the role that it would have in a mirror, or not by this order; the message says why. */
final class RoleException extends IOException {
    private static final long serialVersionUID = 1L;

    RoleException(String message) {
        super(message);
    }
}
