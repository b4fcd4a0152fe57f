package io.ringmirror.server;

import java.io.IOException;

/** The server was started without the role that it would have in a mirror; the message says how to start it. */
final class RoleException extends IOException {
    private static final long serialVersionUID = 1L;

    RoleException(String message) {
        super(message);
    }
}
