package io.ringmirror.streams;

import io.ringmirror.schemas.serde.MirrorSerdes;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;

/**
 * A running tracker: it follows definitions and events, answers in the status topic exactly once, and can be asked
 * over HTTP. Any number may run for the same topics: one works, the others stand by. A stopped one loses nothing, but
 * while none runs nothing is released. Its methods may be called by any thread.
 */
public final class Tracker implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final KafkaStreams streams;
    private final TrackerView view;
    private final Optional<TrackerHttp> http;

    private Tracker(KafkaStreams streams, TrackerView view, Optional<TrackerHttp> http) {
        this.streams = streams;
        this.view = view;
        this.http = http;
    }

    /**
     * Checks the topics and starts. On return it can be asked for its health; it is ready when it has taken up its
     * memory.
     *
     * @param serdes stay the caller's; to be closed after the tracker
     * @throws io.ringmirror.schemas.topics.TopicException if the topics are missing or not as they must be
     * @throws io.ringmirror.schemas.topics.ClusterUnreachableException if no broker answers in time
     * @throws TrackerException if it cannot listen at the HTTP address
     */
    public static Tracker start(TrackerSettings settings, MirrorSerdes serdes) {
        return start(settings, serdes, System::nanoTime);
    }

    /** With a clock of its own for what takes too long. */
    static Tracker start(TrackerSettings settings, MirrorSerdes serdes, LongSupplier nanoTime) {
        int brokers = InputTopics.require(settings).brokers().size();
        StreamsBuilder builder = new StreamsBuilder();
        Progress progress = new Progress(nanoTime);
        TrackerTopology.build(builder, settings.topics(), serdes, progress);
        FailurePolicy failures = new FailurePolicy(nanoTime);
        KafkaStreams streams = new KafkaStreams(builder.build(), TrackerProperties.of(settings, brokers));
        try {
            streams.setUncaughtExceptionHandler(failures);
            streams.setStateListener((now, before) -> progress.running(now == KafkaStreams.State.RUNNING));
            StreamsView view = new StreamsView(streams, failures, progress);
            Optional<TrackerHttp> http =
                    settings.httpListen().map(address -> TrackerHttp.open(address, view, RingDisk.of(settings, view)));
            Tracker tracker = new Tracker(streams, view, http);
            streams.start();
            return tracker;
        } catch (RuntimeException e) {
            streams.close();
            throw e;
        }
    }

    /** How it is now. */
    public TrackerHealth health() {
        return view.health();
    }

    /** Where it answers over HTTP, if it does. */
    public Optional<InetSocketAddress> httpAddress() {
        return http.map(TrackerHttp::address);
    }

    /** Stops within ten seconds and hands over to one that stands by; once is enough, twice does no harm. */
    @Override
    public void close() {
        http.ifPresent(TrackerHttp::close);
        streams.close(
                CloseOptions.timeout(CLOSE_TIMEOUT).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    }
}
