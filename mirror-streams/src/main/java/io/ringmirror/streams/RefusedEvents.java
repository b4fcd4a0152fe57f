package io.ringmirror.streams;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the events that counted for nothing, in the metric {@code refused-events-total}, and logs each reason once
 * for a mirror: servers repeat themselves with every beat. Called by the task's thread.
 */
final class RefusedEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedEvents.class);
    private static final int REASONS_KEPT = 256;

    private final StreamsMetrics metrics;
    private final Sensor count;
    private final Set<String> logged = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REASONS_KEPT;
        }
    });

    RefusedEvents(ProcessorContext<?, ?> context) {
        metrics = context.metrics();
        count = metrics.addRateTotalSensor(
                "tracker", "task-" + context.taskId(), "refused-events", Sensor.RecordingLevel.INFO);
    }

    void add(String mirror, String reason) {
        count.record();
        String line = "an event of mirror '" + mirror + "' counts for nothing: " + reason;
        if (logged.add(line)) {
            LOG.warn(line);
        }
    }

    @Override
    public void close() {
        metrics.removeSensor(count);
    }
}
