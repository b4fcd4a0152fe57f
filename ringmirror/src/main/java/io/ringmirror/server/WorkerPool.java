package io.ringmirror.server;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads for one kind of blocking work, so many at most and none while there is nothing to do. Its queue is as long as
 * what its users have under way, each of which has a bound of its own. No thread is ever interrupted: an interrupt closes
 * the file that it is reading. Any thread.
 */
final class WorkerPool implements Executor, AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private final String name;
    private final ThreadPoolExecutor threads;

    /** @param name of the threads, which are numbered */
    WorkerPool(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        this.name = name;
        this.threads = new ThreadPoolExecutor(
                threads, threads, IDLE.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        this.threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** Takes nothing more, and waits for nothing. */
    void takeNoMore() {
        threads.shutdown();
    }

    /** Takes nothing more and waits, within a bound, for what it has. */
    @Override
    public void close() {
        takeNoMore();
        try {
            if (!threads.awaitTermination(CLOSE_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} still works after {} s and is left to itself", name, CLOSE_BOUND.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
