package io.ringmirror.torture;

import java.util.EnumMap;
import java.util.Map;

/** How often what was done. Any thread. */
final class Tally {
    /** What is counted. */
    enum Event {
        KILL,
        PAUSE,
        PARTITION,
        PROMOTION,
        BROKER_KILL,
        BROKER_PAUSE,
        TRACKER_KILL,
        EXIT,
        REPLICA_CHECK
    }

    private final Map<Event, Long> counts = new EnumMap<>(Event.class);

    synchronized void add(Event event) {
        counts.merge(event, 1L, Long::sum);
    }

    synchronized long count(Event event) {
        return counts.getOrDefault(event, 0L);
    }
}
