package io.ringmirror.replica;

import java.util.concurrent.CompletableFuture;

/** Deletes records of a ring from Kafka: the port through which logs are given back. Any thread. */
@FunctionalInterface
public interface LogEraser {
    /** Deletes everything of the log below the offset; completes when the brokers have done it. */
    CompletableFuture<Void> deleteBefore(int log, long offset);
}
