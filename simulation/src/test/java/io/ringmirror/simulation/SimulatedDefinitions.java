package io.ringmirror.simulation;

import io.ringmirror.schemas.Definition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The definitions of a mirror, as their topic holds them: people change them, two at once too, and everybody hears of that
 * when he comes to it. Whoever reads the topic anew finds the last one only, as it is compacted. One who registers a
 * destination goes by the steps of {@code destination add}: it counts once the ring is seen to be whole when nobody can
 * delete any more what it lacks, and is taken back otherwise.
 */
final class SimulatedDefinitions {
    private final World world;
    private final SimulatedMirror mirror;
    private final List<Definition> written = new ArrayList<>();
    private Optional<Addition> addition = Optional.empty();

    SimulatedDefinitions(World world, SimulatedMirror mirror, Definition first) {
        this.world = world;
        this.mirror = mirror;
        this.written.add(first);
    }

    /** A destination that is being registered, since this generation. */
    private record Addition(Seat seat, long generation) {}

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

    /** Whether it is registered, and whoever did that has been told that it is. */
    boolean registers(Seat seat) {
        return !isBeingAdded(seat) && latest().replicaOf(seat.server().name()).isPresent();
    }

    /** Whether it is registered, and may yet be taken back. */
    boolean isBeingAdded(Seat seat) {
        return addition.filter(added -> added.seat() == seat).isPresent();
    }

    /** Somebody goes on with what he does about a definition, or begins. */
    void act() {
        if (mirror.hasLost() || mirror.ring().isRemade()) {
            return;
        }
        addition.ifPresentOrElse(this::goOn, this::addNewcomer);
    }

    private void addNewcomer() {
        Optional<Seat> newcomer = mirror.seats().stream()
                .filter(seat -> written.stream()
                        .allMatch(each -> each.replicaOf(seat.server().name()).isEmpty()))
                .findFirst();
        if (newcomer.isEmpty() || !mirror.ring().isWhole() || !world.chance().oneIn(10)) {
            return;
        }
        Seat seat = newcomer.get();
        put(latest().with(new Definition.Replica(seat.server().name(), seat.replicaId())));
        addition = Optional.of(new Addition(seat, latest().generation()));
    }

    private void goOn(Addition added) {
        boolean everybodyKnows = mirror.tracker().generation() >= added.generation()
                && mirror.seats().stream()
                        .allMatch(seat -> seat.knownGeneration().orElse(added.generation()) >= added.generation())
                && mirror.ring().deletesNothing();
        if (latest().replicaOf(added.seat().server().name()).isEmpty()) {
            addition = Optional.empty();
        } else if (everybodyKnows && mirror.ring().isWhole()) {
            world.note("%s: %s is a destination", mirror.name(), added.seat());
            addition = Optional.empty();
            mirror.invariants().joined(added.seat());
            added.seat().retry();
        } else if (everybodyKnows) {
            world.note("%s: %s is taken back", mirror.name(), added.seat());
            put(latest().without(added.seat().server().name(), latest().source()));
        }
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
