package io.ringmirror.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that all mirrors of a server share, kept apart by what they block on, so that a slow disk does not hold up
 * Kafka nor the other way round. Queues are as long as what clients may have under way, which the front bounds.
 * No thread is ever interrupted: an interrupt closes the file that it is reading.
 */
final class ServerThreads implements AutoCloseable {
    private static final int DISK_THREADS = 8;
    private static final int NETWORK_THREADS = 8;
    private static final int STARTER_THREADS = 4;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(ServerThreads.class);

    private final ExecutorService disk = pool("disk", DISK_THREADS);
    private final ExecutorService network = pool("kafka", NETWORK_THREADS);
    private final ExecutorService starter = pool("starter", STARTER_THREADS);

    /** Runs flushes and image reads. */
    ExecutorService disk() {
        return disk;
    }

    /** Runs Kafka's blocking calls. */
    ExecutorService network() {
        return network;
    }

    /** Starts and stops mirrors. */
    ExecutorService starter() {
        return starter;
    }

    @Override
    public void close() {
        for (ExecutorService pool : List.of(starter, network, disk)) {
            pool.shutdown();
            try {
                if (!pool.awaitTermination(CLOSE_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("a pool still works after {} s and is left to itself", CLOSE_BOUND.toSeconds());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ThreadPoolExecutor pool(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
