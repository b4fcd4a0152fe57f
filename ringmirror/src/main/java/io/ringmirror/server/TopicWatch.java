package io.ringmirror.server;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no mirror goes on over another topic than it began with. Clients of Kafka know topics by name and would
 * read and write in a topic that was made anew under it; ids tell the two apart. One question a second for all mirrors
 * of a server, on a thread of its own; one that is not answered is asked again. What was seen twice in a row counts: a
 * single broker's view may lag behind.
 */
final class TopicWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String WAY_OUT = "; all that was not flushed everywhere is gone with it. Make the mirror anew"
            + " from the copy that is furthest: see recovery.md";
    private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);

    private final Function<Collection<String>, Map<String, Uuid>> idsOf;
    private final Supplier<? extends Collection<? extends Watched>> mirrors;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "topic-watch"));
    private Map<RingTopic, String> suspected = Map.of();

    /** A mirror of the server. */
    interface Watched {
        /** The topic that it follows now; empty while it does not run. */
        Optional<RingTopic> ring();

        /** The topic is not there any more: ends the mirror for good if it follows that one. */
        void lost(RingTopic ring, String what);
    }

    /**
     * Looks at nothing yet.
     *
     * @param idsOf the ids of those topics that exist, by name; may block and may throw
     * @param mirrors those of the server
     */
    TopicWatch(
            Function<Collection<String>, Map<String, Uuid>> idsOf,
            Supplier<? extends Collection<? extends Watched>> mirrors) {
        this.idsOf = idsOf;
        this.mirrors = mirrors;
    }

    void start() {
        ScheduledFuture<?> unused = thread.scheduleWithFixedDelay(
                this::tryToLook, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void tryToLook() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.debug("the topics of rings are looked at again later: {}", e.getMessage(), e);
        }
    }

    /** One look; mirrors whose topic was another one in this look and the last are told. */
    void look() {
        List<Watched> hosted = List.copyOf(mirrors.get());
        Set<RingTopic> followed =
                hosted.stream().flatMap(mirror -> mirror.ring().stream()).collect(Collectors.toSet());
        if (followed.isEmpty()) {
            return;
        }
        Map<String, Uuid> ids =
                idsOf.apply(followed.stream().map(RingTopic::name).toList());
        Map<RingTopic, String> seen = new HashMap<>();
        followed.forEach(ring ->
                change(ring, Optional.ofNullable(ids.get(ring.name()))).ifPresent(change -> seen.put(ring, change)));
        seen.forEach((ring, change) -> {
            if (suspected.containsKey(ring)) {
                hosted.forEach(mirror -> mirror.lost(ring, change + WAY_OUT));
            }
        });
        suspected = seen;
    }

    private static Optional<String> change(RingTopic ring, Optional<Uuid> found) {
        if (found.isEmpty()) {
            return Optional.of("topic " + ring.name() + " with id " + ring.id() + " was deleted");
        }
        String id = found.get().toString();
        return id.equals(ring.id())
                ? Optional.empty()
                : Optional.of("topic " + ring.name() + " has id " + id + " now, not " + ring.id()
                        + ": it was deleted and made anew");
    }
}
