package io.ringmirror.volume;

import java.nio.file.FileSystemException;

/**
 * The one place where a failure becomes words for people: what failed and why, in one sentence, also where the exception's
 * own message is a path alone, its cause's in other words, or missing.
 */
public final class Reason {
    private Reason() {}

    /** What a failure says; never empty, and never a path alone. */
    public static String of(Throwable failure) {
        Throwable cause = failure.getCause();
        String message = failure.getMessage();
        if (failure instanceof FileSystemException file && file.getFile() != null) {
            return "cannot use " + file.getFile() + ": " + FileReason.of(file);
        } else if (cause != null && (message == null || message.equals(cause.toString()))) {
            return of(cause);
        } else {
            return message == null || message.isBlank() ? failure.getClass().getName() : message.strip();
        }
    }
}
