package io.ringmirror.server;

import io.ringmirror.replica.Opened;
import io.ringmirror.volume.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of a server's clusters, on a thread of its own until it has started: one that is away holds up no other, and is tried
 * again with longer and longer pauses. Any thread.
 */
final class HostedCluster implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(HostedCluster.class);

    private final String name;
    private final Start start;
    private final ScheduledExecutorService thread;
    private volatile ClusterPart part;
    private volatile Exception failure;
    private final Opened opened = new Opened();
    private Duration pause = FIRST_PAUSE;

    /** @param name for people: where its brokers are */
    HostedCluster(String name, Start start) {
        this.name = name;
        this.start = start;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread starter = new Thread(task, "cluster-" + name);
            starter.setDaemon(true);
            return starter;
        });
    }

    /** How it is started; what is opened is added, and closed by this. */
    interface Start {
        ClusterPart start(Opened opened) throws IOException, InterruptedException;
    }

    /** Tries once; completes when that has ended, which {@link #failure} tells of. */
    CompletableFuture<Void> tryOnce() {
        return CompletableFuture.runAsync(this::attempt, thread);
    }

    /** Goes on trying after a failure, until it has started. */
    void keepTrying() {
        LOG.warn("cluster {} is not served yet, tried again in {} s: {}", name, pause.toSeconds(), Reason.of(failure));
        ScheduledFuture<?> unused = thread.schedule(this::tryAgain, pause.toMillis(), TimeUnit.MILLISECONDS);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    }

    String name() {
        return name;
    }

    /** The cluster as it is served; empty until it has started. */
    Optional<ClusterPart> part() {
        return Optional.ofNullable(part);
    }

    /** Why it has not started, or did not when it was last tried. */
    Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("cluster {} is still being started and is left to itself", name);
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        opened.close();
    }

    private void tryAgain() {
        attempt();
        if (failure != null) {
            keepTrying();
        } else {
            LOG.info("cluster {} is served now", name);
        }
    }

    private void attempt() {
        try {
            part = start.start(opened);
            failure = null;
        } catch (IOException | InterruptedException | RuntimeException e) {
            opened.close();
            failure = e;
        }
    }
}
