package io.ringmirror.server;

import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.replica.PositionCheck;
import io.ringmirror.replica.store.Position;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no mirror goes on over another ring than the one it has followed: a topic made anew under the same name,
 * which clients of Kafka would read and write in, or logs that lost records when brokers came back older, at which they
 * may wait for ever (KIP-320: they refuse leader epochs older than those they saw). Two questions a second for all mirrors
 * of a server, on a thread of its own; what is not answered is asked again. What was seen twice in a row counts: a single
 * broker's view may lag behind.
 */
final class RingWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String WAY_OUT = "; all that was not flushed everywhere is gone with it. Make the mirror anew"
            + " from the copy that is furthest: see recovery.md";
    private static final Logger LOG = LoggerFactory.getLogger(RingWatch.class);

    private final Function<Collection<String>, Map<String, Uuid>> idsOf;
    private final Function<Collection<TopicPartition>, Map<TopicPartition, Long>> endsOf;
    private final Supplier<? extends Collection<? extends Watched>> mirrors;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "ring-watch"));
    private Map<RingTopic, Kind> suspected = Map.of();

    /** A mirror of the server. */
    interface Watched {
        /** What it follows now; empty while it does not run. */
        Optional<Followed> followed();

        /** The ring is not that one any more: ends the mirror for good if it follows this topic. */
        void lost(RingTopic ring, ChainException why);
    }

    /**
     * The ring of a running mirror.
     *
     * @param reached a position up to which it held everything
     */
    record Followed(RingTopic ring, Position reached) {
        private Set<TopicPartition> logs() {
            Set<TopicPartition> logs = new HashSet<>();
            reached.leastEnds().keySet().forEach(log -> logs.add(new TopicPartition(ring.name(), log)));
            return logs;
        }
    }

    /**
     * Looks at nothing yet.
     *
     * @param idsOf the ids of those topics that exist, by name; may block and may throw
     * @param endsOf where logs end, but for those that nobody answers for; may block and may throw
     * @param mirrors those of the server
     */
    RingWatch(
            Function<Collection<String>, Map<String, Uuid>> idsOf,
            Function<Collection<TopicPartition>, Map<TopicPartition, Long>> endsOf,
            Supplier<? extends Collection<? extends Watched>> mirrors) {
        this.idsOf = idsOf;
        this.endsOf = endsOf;
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
            LOG.debug("the rings are looked at again later: {}", e.getMessage(), e);
        }
    }

    /** One look; mirrors whose ring was another one, in the same way, in this look and the last are told. */
    void look() {
        List<Watched> hosted = List.copyOf(mirrors.get());
        List<Followed> followed =
                hosted.stream().flatMap(mirror -> mirror.followed().stream()).toList();
        Map<RingTopic, ChainException> seen = followed.isEmpty() ? Map.of() : changes(followed);
        Map<RingTopic, Kind> kinds = new HashMap<>();
        seen.forEach((ring, why) -> {
            kinds.put(ring, why.kind());
            if (suspected.get(ring) == why.kind()) {
                hosted.forEach(mirror -> mirror.lost(ring, why));
            }
        });
        suspected = kinds;
    }

    private Map<RingTopic, ChainException> changes(List<Followed> followed) {
        Map<RingTopic, ChainException> changes = new HashMap<>();
        Map<String, Uuid> ids =
                idsOf.apply(followed.stream().map(each -> each.ring().name()).toList());
        Set<TopicPartition> logs = new HashSet<>();
        for (Followed each : followed) {
            replaced(each.ring(), ids)
                    .ifPresentOrElse(why -> changes.put(each.ring(), why), () -> logs.addAll(each.logs()));
        }
        Map<TopicPartition, Long> ends = endsOf.apply(logs);
        for (Followed each : followed) {
            shortened(each, ends).ifPresent(why -> changes.putIfAbsent(each.ring(), why));
        }
        return changes;
    }

    private static Optional<ChainException> replaced(RingTopic ring, Map<String, Uuid> ids) {
        if (ring.stands(ids)) {
            return Optional.empty();
        }
        Uuid id = ids.get(ring.name());
        String what = id == null
                ? "topic " + ring.name() + " with id " + ring.id() + " was deleted"
                : "topic " + ring.name() + " has id " + id + " now, not " + ring.id()
                        + ": it was deleted and made anew";
        return Optional.of(new ChainException(Kind.TOPIC_GONE, what + WAY_OUT));
    }

    private static Optional<ChainException> shortened(Followed followed, Map<TopicPartition, Long> ends) {
        return PositionCheck.lostRecords(
                followed.reached(),
                log -> Optional.ofNullable(
                        ends.get(new TopicPartition(followed.ring().name(), log))));
    }
}
