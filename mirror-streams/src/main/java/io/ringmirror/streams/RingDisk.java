package io.ringmirror.streams;

import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.topics.TopicAdmin;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the rings take on the brokers' disks, asked once a minute on a thread of its own. Nothing is known where this
 * user may not Describe the cluster, which is said once. Any thread.
 */
final class RingDisk implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(RingDisk.class);

    private final Function<Collection<String>, Map<String, Long>> ask;
    private final TopicNames topics;
    private final Supplier<List<MirrorStatus>> statuses;
    private final AutoCloseable client;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread asking = new Thread(task, "ring-disk");
        asking.setDaemon(true);
        return asking;
    });
    private volatile Map<String, Long> bytes = Map.of();
    private String said = "";

    /**
     * Asks nothing yet.
     *
     * @param ask the bytes that each of these topics takes; may block and may throw
     * @param statuses of the mirrors; may throw while they are not known
     * @param client closed with this
     */
    RingDisk(
            Function<Collection<String>, Map<String, Long>> ask,
            TopicNames topics,
            Supplier<List<MirrorStatus>> statuses,
            AutoCloseable client) {
        this.ask = ask;
        this.topics = topics;
        this.statuses = statuses;
        this.client = client;
    }

    /** One of a tracker's mirrors, with an admin client of its own. */
    static RingDisk of(TrackerSettings settings, TrackerView view) {
        TopicAdmin admin = TopicAdmin.open(settings.client(), Duration.ofMillis(settings.kafkaTimeoutMs()));
        return new RingDisk(admin::bytesOnDisk, settings.topics(), view::statuses, admin);
    }

    void start() {
        ScheduledFuture<?> unused = thread.scheduleWithFixedDelay(this::look, 0, PAUSE.toSeconds(), TimeUnit.SECONDS);
    }

    /** By mirror, as last asked; mirrors of which that is not known are left out. */
    Map<String, Long> bytes() {
        return bytes;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            client.close();
        } catch (Exception e) {
            LOG.debug("while it was closed: {}", e.getMessage(), e);
        }
    }

    /** One look. */
    void look() {
        try {
            Map<String, String> rings = new HashMap<>();
            statuses.get().forEach(status -> rings.put(topics.ring(status.mirror()), status.mirror()));
            Map<String, Long> found = new HashMap<>();
            if (!rings.isEmpty()) {
                ask.apply(rings.keySet()).forEach((ring, sum) -> found.put(rings.get(ring), sum));
            }
            bytes = Map.copyOf(found);
            said = "";
        } catch (RuntimeException e) {
            bytes = Map.of();
            if (!said.equals(e.getMessage())) {
                LOG.info(
                        "what rings take on disk is not known, which takes the right to Describe the cluster: {}",
                        e.getMessage());
                said = String.valueOf(e.getMessage());
            }
        }
    }
}
