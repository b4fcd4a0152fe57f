package io.ringmirror.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs one server on the command's thread until the process is told to stop, by a signal, or the server says that it
 * failed. The process then lives until the server is closed, for a bounded time, so that the next start finds nothing to
 * repair. Interrupting the thread stops it as well.
 */
final class Service {
    private static final long LONGEST_STOP_SECONDS = 60;
    private static final long LOOK_MS = 500;

    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread runner = Thread.currentThread();
    private final Optional<Path> readyFile;
    private volatile boolean starting = true;

    /** @param readyFile exists while the server is ready; one that a killed process left is gone when the start begins */
    Service(Optional<Path> readyFile) {
        this.readyFile = readyFile;
    }

    /** Starts a server; returns when it has started. */
    interface Start<S extends AutoCloseable> {
        S start() throws Exception;
    }

    /** Asked of a running server now and then. */
    interface Look<S> {
        /** Why it has failed, if it has. */
        Optional<? extends Exception> failure(S server);

        /** Whether it does what it is for. */
        default boolean ready(S server) {
            return true;
        }
    }

    /** Returns when the server is closed. */
    @SuppressWarnings("try") // A close that is interrupted ends the process, as it should.
    <S extends AutoCloseable> ExitCode run(Start<S> start, Look<S> look) throws Exception {
        Thread onSignal = new Thread(this::tell, "stop");
        showReady(false);
        Runtime.getRuntime().addShutdownHook(onSignal);
        try (S server = start.start()) {
            starting = false;
            await(server, look);
        } catch (Exception e) {
            throw starting && told.getCount() == 0 ? EndOnSignal.interruption(e) : e;
        } finally {
            showReady(false);
            stopped.countDown();
            forget(onSignal);
        }
        return ExitCode.OK;
    }

    private <S> void await(S server, Look<S> look) throws Exception {
        try {
            showReady(look.ready(server));
            while (!told.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
                Optional<? extends Exception> failure = look.failure(server);
                if (failure.isPresent()) {
                    throw failure.get();
                }
                showReady(look.ready(server));
            }
        } catch (InterruptedException e) {
            // Told to stop; closing must not find the thread interrupted.
        }
    }

    /** The process is to end; returns when the server is closed. */
    void tell() {
        told.countDown();
        if (starting) {
            runner.interrupt();
        }
        try {
            if (!stopped.await(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(
                        "ringmirror: not stopped in " + LONGEST_STOP_SECONDS + " s; leaving as after a crash");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void showReady(boolean ready) throws IOException {
        if (readyFile.isEmpty()) {
            return;
        }
        if (!ready) {
            Files.deleteIfExists(readyFile.get());
        } else if (!Files.exists(readyFile.get())) {
            Files.createFile(readyFile.get());
        }
    }

    private static void forget(Thread onSignal) {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // The process is ending; the hook is what waits for us.
        }
    }
}
