package io.ringmirror.replica.store;

/** What is wrong with the text of a position file, and in which lines of it. */
final class BadLineException extends Exception {
    private static final long serialVersionUID = 1;

    BadLineException(int line, String what) {
        super("line " + line + ": " + what);
    }

    BadLineException(int line, String what, Throwable cause) {
        super("line " + line + ": " + what, cause);
    }

    /** Lines that do not go together. */
    BadLineException(int first, int last, IllegalArgumentException cause) {
        super("lines " + first + " to " + last + ": " + cause.getMessage(), cause);
    }
}
