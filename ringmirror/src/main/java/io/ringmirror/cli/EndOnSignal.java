package io.ringmirror.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that was told to stop by a signal put things in order: its thread is interrupted, and the process waits
 * for it, for a bounded time. Opened and closed by the command's thread.
 */
final class EndOnSignal implements AutoCloseable {
    private static final long LONGEST_END_SECONDS = 60;

    private final Thread command = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread onSignal = new Thread(this::interrupt, "end");

    EndOnSignal() {
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook waits no more.
        }
    }

    private void interrupt() {
        command.interrupt();
        try {
            if (!ended.await(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("ringmirror: not ended in " + LONGEST_END_SECONDS + " s; leaving as it is");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
