package io.ringmirror.streams;

import io.ringmirror.schemas.MirrorStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The view of a running topology, asked of its store; one that stands by with a warm copy can be asked too. */
final class StreamsView implements TrackerView {
    private final KafkaStreams streams;
    private final FailurePolicy failures;
    private final Progress progress;

    StreamsView(KafkaStreams streams, FailurePolicy failures, Progress progress) {
        this.streams = streams;
        this.failures = failures;
        this.progress = progress;
    }

    @Override
    public TrackerHealth health() {
        KafkaStreams.State state = streams.state();
        boolean runs = state == KafkaStreams.State.RUNNING;
        boolean ended = state.hasStartedOrFinishedShuttingDown();
        String stuck = progress.stuck(commits());
        boolean getsOn = stuck.isEmpty();
        if (ended || (!runs && getsOn)) {
            return new TrackerHealth(state.name(), !ended, false, reason(state));
        }
        return new TrackerHealth(state.name(), getsOn, getsOn, stuck);
    }

    private double commits() {
        return sum(metric ->
                metric.group().equals("stream-thread-metrics") && metric.name().equals("commit-total"));
    }

    @Override
    public long refused() {
        return (long) sum(metric -> metric.name().equals(RefusedRecords.TOTAL));
    }

    private double sum(Predicate<MetricName> which) {
        return streams.metrics().entrySet().stream()
                .filter(metric -> which.test(metric.getKey()))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .sum();
    }

    @Override
    public List<MirrorStatus> statuses() {
        List<MirrorStatus> statuses = new ArrayList<>();
        try (KeyValueIterator<String, MirrorStatus> all = store().all()) {
            all.forEachRemaining(entry -> statuses.add(shown(entry.value)));
            return statuses;
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw notNow(e);
        }
    }

    @Override
    public Optional<MirrorStatus> status(String mirror) {
        try {
            return Optional.ofNullable(store().get(mirror)).map(StreamsView::shown);
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw notNow(e);
        }
    }

    private ReadOnlyKeyValueStore<String, MirrorStatus> store() {
        return streams.store(StoreQueryParameters.fromNameAndType(
                        TrackerTopology.STATUSES_STORE, QueryableStoreTypes.<String, MirrorStatus>keyValueStore())
                .enableStaleStores());
    }

    private static MirrorStatus shown(MirrorStatus status) {
        return Silence.shown(status, System.currentTimeMillis());
    }

    private TrackerException notNow(RuntimeException cause) {
        TrackerHealth health = health();
        return new TrackerException(
                health.ready()
                        ? "another tracker has the statuses; ask that one"
                        : "the tracker is not ready: " + health.reason(),
                cause);
    }

    private String reason(KafkaStreams.State state) {
        if (!failures.lastFailure().isEmpty()) {
            return failures.lastFailure();
        }
        return switch (state) {
            case CREATED -> "it was not started yet";
            case REBALANCING -> "it takes up its work and its memory";
            default -> "it stops or has stopped";
        };
    }
}
