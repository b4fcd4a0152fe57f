package io.ringmirror.consumer;

import java.util.concurrent.CompletableFuture;

/** Deletes records of a ring from Kafka: the port through which a destination gives a log back. Any thread. */
@FunctionalInterface
public interface LogEraser {
    /** Deletes everything of the log below the offset; completes when the brokers have done it. */
    CompletableFuture<Void> deleteBefore(int log, long offset);
}
