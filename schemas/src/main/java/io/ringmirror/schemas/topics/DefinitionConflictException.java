package io.ringmirror.schemas.topics;

/** Somebody else was first with a mirror's definition; nothing was written. The message says who, and what to do. */
public final class DefinitionConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DefinitionConflictException(String message) {
        super(message);
    }
}
