package io.ringmirror.streams;

import io.ringmirror.schemas.registry.RegistryException;
import io.ringmirror.schemas.serde.Unreadable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What to do when the task's thread dies: put another in its place, a few times within a while, then stop and keep the
 * reason for whoever asks after the tracker's health. A registry that does not answer is waited for, however long: each
 * thread asks it again. Any thread.
 */
final class FailurePolicy implements StreamsUncaughtExceptionHandler {
    static final int MOST_REPLACED = 3;
    static final long WITHIN_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final Logger LOG = LoggerFactory.getLogger(FailurePolicy.class);

    private final LongSupplier nanoTime;
    private final Deque<Long> replacedAtNanos = new ArrayDeque<>();
    private volatile String lastFailure = "";

    FailurePolicy(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable failure) {
        lastFailure = describe(failure);
        if (!Unreadable.mayBeReadLater(failure) && !mayReplace()) {
            LOG.error("The tracker stops: {}", lastFailure, failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        LOG.warn("The tracker's thread is replaced: {}", lastFailure, failure);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /** Why the thread died last, in one line; empty if it never did. */
    String lastFailure() {
        return lastFailure;
    }

    private synchronized boolean mayReplace() {
        long now = nanoTime.getAsLong();
        while (!replacedAtNanos.isEmpty() && now - replacedAtNanos.peekFirst() >= WITHIN_NANOS) {
            replacedAtNanos.removeFirst();
        }
        if (replacedAtNanos.size() == MOST_REPLACED) {
            return false;
        }
        replacedAtNanos.addLast(now);
        return true;
    }

    private static String describe(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root instanceof RegistryException)) {
            root = root.getCause();
        }
        String message = failure.getMessage() == null
                ? ""
                : ": " + failure.getMessage().lines().findFirst().orElse("");
        return failure.getClass().getSimpleName()
                + message
                + (root == failure ? "" : ", caused by " + root.getClass().getSimpleName() + ": " + root.getMessage());
    }
}
