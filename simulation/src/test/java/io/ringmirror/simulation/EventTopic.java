package io.ringmirror.simulation;

import io.ringmirror.schemas.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The events topic: what a process states is in order, but may be lost, told twice, or come long after, when its server
 * has another process already.
 */
final class EventTopic {
    private final World world;
    private final Map<SimulatedProcess, Deque<Event>> underWay = new LinkedHashMap<>();
    private final List<Stated> stated = new ArrayList<>();

    /** An event in the topic, and when it came. */
    record Stated(Event event, long timeMs) {}

    EventTopic(World world) {
        this.world = world;
    }

    Consumer<Event> publisher(SimulatedProcess process) {
        Deque<Event> queue = underWay.computeIfAbsent(process, any -> new ArrayDeque<>());
        return event -> {
            process.requireAlive();
            if (!world.fault(world.conditions().eventFaultOneIn())) {
                queue.add(event);
            }
        };
    }

    /** Some of what one process has stated comes into the topic. */
    void act() {
        List<Deque<Event>> waiting =
                underWay.values().stream().filter(queue -> !queue.isEmpty()).toList();
        if (waiting.isEmpty()) {
            return;
        }
        Deque<Event> queue = world.chance().pick(waiting);
        for (int count = world.chance().between(1, queue.size()); count > 0; count--) {
            Event event = queue.poll();
            stated.add(new Stated(event, world.nowMs()));
            if (world.fault(world.conditions().eventFaultOneIn())) {
                stated.add(new Stated(event, world.nowMs()));
            }
        }
        underWay.entrySet()
                .removeIf(entry -> entry.getKey().isDead() && entry.getValue().isEmpty());
    }

    List<Stated> stated() {
        return stated;
    }
}
