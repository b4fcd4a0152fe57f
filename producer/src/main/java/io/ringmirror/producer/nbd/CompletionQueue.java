package io.ringmirror.producer.nbd;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Brings completed requests from the device's threads to one event loop. Any thread adds, without blocking; the loop is
 * woken once for all that is added until it gets there, so that their replies go out in one flush.
 */
final class CompletionQueue {
    private final Queue<PendingRequest> completed = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean wakened = new AtomicBoolean();
    private final Executor eventLoop;
    private final Consumer<PendingRequest> each;
    private final Runnable afterBatch;

    CompletionQueue(Executor eventLoop, Consumer<PendingRequest> each, Runnable afterBatch) {
        this.eventLoop = eventLoop;
        this.each = each;
        this.afterBatch = afterBatch;
    }

    void add(PendingRequest request) {
        completed.add(request);
        if (wakened.compareAndSet(false, true)) {
            wake();
        }
    }

    private void wake() {
        try {
            eventLoop.execute(this::drain);
        } catch (RejectedExecutionException e) {
            // The server has stopped: nobody is left to answer, only memory to give back.
            wakened.set(false);
            completed.removeIf(request -> {
                request.releaseData();
                return true;
            });
        }
    }

    private void drain() {
        wakened.set(false); // first, so that what is added from here on wakes the loop again
        for (PendingRequest next = completed.poll(); next != null; next = completed.poll()) {
            each.accept(next);
        }
        afterBatch.run();
    }
}
