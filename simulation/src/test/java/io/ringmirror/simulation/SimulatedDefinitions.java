package io.ringmirror.simulation;

import io.ringmirror.schemas.Definition;
import java.util.ArrayList;
import java.util.List;

/**
 * The definitions of a mirror, as their topic holds them: people change them, two at once too, and everybody hears of that
 * when he comes to it. Whoever reads the topic anew finds the last one only, as it is compacted.
 */
final class SimulatedDefinitions {
    private final World world;
    private final SimulatedMirror mirror;
    private final List<Definition> written = new ArrayList<>();

    SimulatedDefinitions(World world, SimulatedMirror mirror, Definition first) {
        this.world = world;
        this.mirror = mirror;
        this.written.add(first);
    }

    /** What one knows of them who reads them in their order. */
    final class Reader {
        private Definition known = latest();
        private int read = written.size();

        /** As last heeded. */
        Definition known() {
            return known;
        }

        /** Reads one more, if there is one; true if it is heeded. */
        boolean next() {
            if (read == written.size()) {
                return false;
            }
            Definition newer = written.get(read++);
            boolean heeded = newer.replaces(known);
            known = heeded ? newer : known;
            return heeded;
        }
    }

    Definition latest() {
        return written.get(written.size() - 1);
    }

    Reader reader() {
        return new Reader();
    }

    boolean registers(Seat seat) {
        return latest().replicas().stream()
                .anyMatch(replica -> replica.replicaId().equals(seat.replicaId()));
    }

    /** Two people remove a destination each, and neither knows of the other: the first one's change stands. */
    void removeTwoAtOnce() {
        Definition seen = latest();
        List<Seat> others = mirror.seats().stream()
                .filter(seat -> registers(seat) && !seat.isSource())
                .filter(seat -> !seat.server().name().equals(seen.source()))
                .toList();
        if (!others.isEmpty()) {
            put(seen.without(world.chance().pick(others).server().name(), seen.source()));
            put(seen.without(world.chance().pick(others).server().name(), seen.source()));
        }
    }

    /** As the fenced writer does: what is there must be what the new one was made from. */
    private void put(Definition next) {
        if (latest().generation() + 1 != next.generation()) {
            world.note("%s: a second definition of generation %d is refused", mirror.name(), next.generation());
            return;
        }
        world.note("%s: definition %s", mirror.name(), next);
        written.add(next);
    }
}
