package io.ringmirror.streams;

/** A record of an input topic cannot be read. The message says which one, why, and what to do. */
final class BadRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadRecordException(String topic, int partition, long offset, Throwable cause) {
        super(
                "the record at offset " + offset + " of " + topic + "-" + partition + " cannot be read: "
                        + cause.getMessage() + "; the tracker passes no record over: start one as new as the"
                        + " server that wrote it, or have the record removed",
                cause);
    }
}
