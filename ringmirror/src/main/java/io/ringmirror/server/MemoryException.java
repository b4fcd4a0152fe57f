package io.ringmirror.server;

import java.io.IOException;

/** A mirror does not fit into what memory its process has; the message says how much it needs, and what to change. */
final class MemoryException extends IOException {
    private static final long serialVersionUID = 1L;

    MemoryException(String message) {
        super(message);
    }
}
