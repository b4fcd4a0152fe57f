package io.ringmirror.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that was told to stop by a signal put things in order: its thread is interrupted, and the process waits
 * for it, for a bounded time. For the command's thread.
 */
final class EndOnSignal implements AutoCloseable {
    private static final long LONGEST_END_SECONDS = 60;

    private final Thread command = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread onSignal = new Thread(this::interrupt, "end");
    private volatile boolean told;

    private EndOnSignal() {
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    /**
     * Makes the call, which is interrupted by a signal.
     *
     * @throws InterruptedException if it failed after that, whatever was the first to notice
     */
    static <T> T during(Callable<T> call) throws Exception {
        EndOnSignal signal = new EndOnSignal();
        try (signal) {
            return call.call();
        } catch (Exception e) {
            throw signal.told ? interruption(e) : e;
        }
    }

    /** What a call failed with after its thread was told to end. */
    static InterruptedException interruption(Exception failure) {
        InterruptedException interrupted = new InterruptedException("told to end");
        interrupted.initCause(failure);
        return interrupted;
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
        told = true;
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
