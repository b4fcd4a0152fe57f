package io.ringmirror.streams;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot.StateSetDataPointSnapshot;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Statuses as Prometheus metrics: gauges of each mirror, and of each of its registered replicas. Labels are names out of
 * definitions, so their number is bounded by what people define. Stateless; any thread.
 */
final class StatusMetrics {
    private static final double MS_PER_SECOND = 1000;

    private record Gauge<T>(String name, String help, ToDoubleFunction<T> value) {}

    private record Heard(MirrorStatus mirror, ReplicaStatus replica) {}

    private static final List<Gauge<MirrorStatus>> OF_MIRRORS = List.of(
            new Gauge<>("ringmirror_mirror_term", "Highest term heard of.", MirrorStatus::term),
            new Gauge<>("ringmirror_mirror_open_epoch", "Epoch being written, 0 if none.", MirrorStatus::openEpoch),
            new Gauge<>("ringmirror_mirror_sealed_epoch", "Last sealed epoch.", MirrorStatus::sealedEpoch),
            new Gauge<>("ringmirror_mirror_released_epoch", "Last released epoch.", MirrorStatus::releasedEpoch),
            new Gauge<>(
                    "ringmirror_mirror_told_timestamp_seconds",
                    "When the tracker last said how the mirror is, by the log's clock.",
                    status -> status.toldMs() / MS_PER_SECOND),
            new Gauge<>(
                    "ringmirror_mirror_diverged_epoch",
                    "First epoch that replicas disagree about, 0 if none.",
                    MirrorStatus::divergedEpoch),
            new Gauge<>(
                    "ringmirror_ring_logs",
                    "Logs that were ever used.",
                    status -> status.logs().size()),
            new Gauge<>(
                    "ringmirror_ring_required_logs",
                    "Most logs that the epochs between two flushes of the slowest replica have needed.",
                    MirrorStatus::requiredLogs),
            new Gauge<>(
                    "ringmirror_ring_undeleted_logs",
                    "Logs whose latest epoch is released and not deleted: in its retention, or it cannot be.",
                    status -> status.logs().stream()
                            .filter(log -> log.state() == MirrorStatus.LogState.RELEASED && !log.deallocated())
                            .count()),
            new Gauge<>(
                    "ringmirror_ring_at_bound",
                    "1 while the ring is at its bound and writers have to wait.",
                    status -> status.bound().isEmpty() ? 0 : 1));

    private static final List<Gauge<Heard>> OF_REPLICAS = List.of(
            new Gauge<>(
                    "ringmirror_replica_held_epoch",
                    "Oldest epoch that waits for this replica's flush, 0 if none.",
                    heard -> heard.replica().heldEpoch(heard.mirror().sealedEpoch())),
            new Gauge<>(
                    "ringmirror_replica_flushed_epoch",
                    "Last epoch flushed whole.",
                    heard -> heard.replica().state().flushedEpoch()),
            new Gauge<>(
                    "ringmirror_replica_lag_epochs",
                    "Sealed epochs not flushed.",
                    heard -> heard.replica().lagEpochs()),
            new Gauge<>(
                    "ringmirror_replica_lag_records",
                    "Data records not flushed.",
                    heard -> heard.replica().lagRecords()),
            new Gauge<>(
                    "ringmirror_replica_rpo_seconds",
                    "Age of the oldest record not flushed; 0 when level.",
                    heard -> heard.replica().rpoMs() / MS_PER_SECOND),
            new Gauge<>(
                    "ringmirror_replica_dirty_bytes",
                    "Bytes in the cache that are not in the image.",
                    heard -> heard.replica().state().dirtyBytes()),
            new Gauge<>(
                    "ringmirror_replica_heard_timestamp_seconds",
                    "When the replica was last heard, by the log's clock; 0 if never.",
                    heard -> heard.replica().heardMs() / MS_PER_SECOND),
            new Gauge<>(
                    "ringmirror_replica_silent",
                    "1 if the replica was heard once, and not when it should have been again.",
                    heard -> Silence.isOf(heard.replica(), heard.mirror().toldMs()) ? 1 : 0),
            new Gauge<>(
                    "ringmirror_replica_source",
                    "1 if the server was the source when last heard.",
                    heard -> heard.mirror()
                                    .source()
                                    .filter(heard.replica()::equals)
                                    .isPresent()
                            ? 1
                            : 0),
            new Gauge<>(
                    "ringmirror_replica_undeleted_since_timestamp_seconds",
                    "Since when the server cannot delete released records, by its clock; 0 if it can.",
                    heard -> heard.replica().state().undeletedSinceMs() / MS_PER_SECOND),
            new Gauge<>(
                    "ringmirror_replica_stopped",
                    "1 if the server has stopped the mirror.",
                    heard -> heard.replica().stopped().isEmpty() ? 0 : 1));

    private StatusMetrics() {}

    /**
     * All of them.
     *
     * @param ringBytesOnDisk by mirror, of those of which it is known
     * @param refused records that counted for nothing
     */
    static MetricSnapshots of(Collection<MirrorStatus> statuses, Map<String, Long> ringBytesOnDisk, long refused) {
        List<Heard> replicas = statuses.stream()
                .flatMap(mirror -> mirror.replicas().stream().map(replica -> new Heard(mirror, replica)))
                .toList();
        MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
        OF_MIRRORS.forEach(gauge ->
                snapshots.metricSnapshot(snapshot(gauge, statuses, status -> Labels.of("mirror", status.mirror()))));
        OF_REPLICAS.forEach(gauge -> snapshots.metricSnapshot(snapshot(
                gauge,
                replicas,
                heard -> Labels.of(
                        "mirror",
                        heard.mirror().mirror(),
                        "server",
                        heard.replica().server()))));
        Gauge<Map.Entry<String, Long>> onDisk = new Gauge<>(
                "ringmirror_ring_disk_bytes",
                "What the ring takes on the disks of all brokers together, as asked once a minute.",
                Map.Entry::getValue);
        snapshots.metricSnapshot(
                snapshot(onDisk, ringBytesOnDisk.entrySet(), ring -> Labels.of("mirror", ring.getKey())));
        snapshots.metricSnapshot(CounterSnapshot.builder()
                .name("ringmirror_tracker_refused_records")
                .help("Records of the control topics that counted for nothing: unreadable, or against what was known.")
                .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .value((double) refused)
                        .build())
                .build());
        return snapshots.metricSnapshot(verdicts(statuses)).build();
    }

    private static StateSetSnapshot verdicts(Collection<MirrorStatus> statuses) {
        StateSetSnapshot.Builder snapshot = StateSetSnapshot.builder()
                .name("ringmirror_mirror_verdict")
                .help("How the mirror is: 1 for the state that holds.");
        for (MirrorStatus status : statuses) {
            StateSetDataPointSnapshot.Builder point =
                    StateSetDataPointSnapshot.builder().labels(Labels.of("mirror", status.mirror()));
            for (Verdict verdict : Verdict.values()) {
                point.state(verdict.name().toLowerCase(Locale.ROOT), verdict == status.verdict());
            }
            snapshot.dataPoint(point.build());
        }
        return snapshot.build();
    }

    private static <T> GaugeSnapshot snapshot(Gauge<T> gauge, Collection<T> measured, Function<T, Labels> labels) {
        GaugeSnapshot.Builder snapshot =
                GaugeSnapshot.builder().name(gauge.name()).help(gauge.help());
        measured.forEach(one -> snapshot.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(labels.apply(one))
                .value(gauge.value().applyAsDouble(one))
                .build()));
        return snapshot.build();
    }
}
