package io.ringmirror.streams;

import io.ringmirror.schemas.Shown;
import io.ringmirror.schemas.serde.OnceAWhile;
import java.util.function.LongSupplier;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the records that counted for nothing, in the metric {@link #TOTAL}, and logs the reasons, a minute
 * apart where they repeat themselves: servers do so with every beat. Called by the task's thread.
 */
final class RefusedRecords implements AutoCloseable {
    /** The metric's name. */
    static final String TOTAL = "refused-events-total";

    private static final Logger LOG = LoggerFactory.getLogger(RefusedRecords.class);

    private final StreamsMetrics metrics;
    private final Sensor count;
    private final OnceAWhile lines;

    RefusedRecords(ProcessorContext<?, ?> context, LongSupplier nanoTime) {
        metrics = context.metrics();
        count = metrics.addRateTotalSensor(
                "tracker", "task-" + context.taskId(), "refused-events", Sensor.RecordingLevel.INFO);
        lines = new OnceAWhile(nanoTime);
    }

    void add(String mirror, String reason) {
        add(mirror + reason, mirror, reason);
    }

    /** One that cannot be read; each of them has a reason of its own. */
    void addUnreadable(String mirror, String reason) {
        add("unreadable", mirror, reason);
    }

    private void add(String subject, String mirror, String reason) {
        count.record();
        lines.line(subject, "a record of mirror '" + Shown.of(mirror) + "' counts for nothing: " + reason)
                .ifPresent(LOG::warn);
    }

    @Override
    public void close() {
        metrics.removeSensor(count);
    }
}
