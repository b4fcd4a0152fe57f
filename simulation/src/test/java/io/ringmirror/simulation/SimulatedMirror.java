package io.ringmirror.simulation;

import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** One mirror: its ring, its replicas' seats, its clients, its events and its tracker. */
final class SimulatedMirror {
    private static final int MOST_STEPS_WITHOUT_SOURCE = 400;
    private static final int MOST_LOST = 12;
    private static final long LONG_CUT_NS = 20_000_000_000L;
    private static final int CALM_LOOKS_AFTER_LOSS = 200;

    private final World world;
    private final String name;
    private final Definition definition;
    private final SimulatedDefinitions definitions;
    private final History history;
    private final Invariants invariants;
    private final SimulatedRing ring;
    private final EventTopic events;
    private final SimulatedTracker tracker;
    private final Clients clients;
    private final Orders orders;
    private final List<Seat> seats = new ArrayList<>();
    private int withoutSource;
    private int calmLooks;
    private boolean resigned;

    SimulatedMirror(World world, String name, UUID mirrorId, int sourceIndex) {
        this.world = world;
        this.name = name;
        this.definition = define(mirrorId, sourceIndex);
        this.definitions = new SimulatedDefinitions(world, this, definition);
        this.history = new History(world);
        this.invariants = new Invariants(world, this);
        this.ring = new SimulatedRing(world, this, name, definition.ring().initialLogs());
        this.events = new EventTopic(world);
        this.tracker = new SimulatedTracker(world, this);
        this.clients = new Clients(world, this);
        this.orders = new Orders(world);
        for (SimulatedServer server : world.servers()) {
            Role first = server.name().equals(definition.source()) ? Role.SOURCE : Role.DESTINATION;
            seats.add(new Seat(world, server, this, replicaId(mirrorId, seats.size()), first));
        }
    }

    private Definition define(UUID mirrorId, int sourceIndex) {
        Conditions conditions = world.conditions();
        List<Definition.Volume> volumes = new ArrayList<>();
        for (int i = 0; i < conditions.volumes(); i++) {
            long bytes = (long) conditions.volumeBlocks() * Conditions.BLOCK_BYTES
                    - (long) i * Definition.Volume.SECTOR_BYTES;
            volumes.add(new Definition.Volume("volume" + i, bytes));
        }
        List<Definition.Replica> replicas = new ArrayList<>();
        for (int i = 0; i < world.servers().size(); i++) {
            replicas.add(new Definition.Replica(world.servers().get(i).name(), replicaId(mirrorId, i)));
        }
        if (conditions.addsDestination()) {
            replicas.remove((sourceIndex + 1) % replicas.size());
        }
        return new Definition(
                name,
                mirrorId,
                1,
                0,
                world.servers().get(sourceIndex).name(),
                volumes,
                replicas,
                new Definition.Ring(conditions.initialLogs(), conditions.maxLogs(), 1 << 20),
                conditions.retentionMs());
    }

    private static UUID replicaId(UUID mirrorId, int server) {
        return new UUID(mirrorId.getLeastSignificantBits() + 1, server);
    }

    /** Adds its actors, each as often as it shall have its turn. */
    void cast(List<World.Actor> actors) {
        for (int i = 0; i < 8; i++) {
            actors.add(ring::act);
        }
        for (int i = 0; i < 3; i++) {
            actors.add(clients::act);
        }
        actors.add(events::act);
        actors.add(events::act);
        actors.add(tracker::act);
        actors.add(orders::act);
        actors.add(definitions::act);
        actors.add(this::keepServed);
        for (Seat seat : seats) {
            for (int i = 0; i < 6; i++) {
                actors.add(seat::act);
            }
        }
    }

    /**
     * People promote some server once nobody has served the mirror for a while; but once it is calm only where the source
     * was told to resign: else somebody takes the role by himself.
     */
    private void keepServed() {
        if (!world.calm()) {
            handOver();
        }
        withoutSource = seats.stream().anyMatch(Seat::isSource) ? 0 : withoutSource + 1;
        if (withoutSource > MOST_STEPS_WITHOUT_SOURCE / 20 && (!world.calm() || resigned)) {
            withoutSource = 0;
            orders.give(world.chance().pick(registered()));
        }
    }

    /**
     * A source lets go for another one. In some runs it is cut off, and people cannot wait: they move the role on as soon as it
     * was moved.
     */
    private void handOver() {
        boolean hasty = world.conditions().handsOverHastily();
        if (hasty && world.chance().oneIn(10)) {
            ring.cutOff(LONG_CUT_NS);
            orders.give(world.chance().pick(registered()));
        }
        seats.stream()
                .filter(seat -> hasty && seat.isSource() && seat.disk().owesLease())
                .forEach(Seat::handOver);
        if (ring.handedOver()) {
            orders.give(world.chance().pick(registered()));
        }
    }

    /** Brokers lose the records that came in last, and nothing of before; from then on there are two histories. */
    void loseRecords() {
        int lost = world.chance().between(1, Math.min(MOST_LOST, history.size()));
        invariants.losing();
        ring.lose(history.forgetLast(lost));
    }

    /** Somebody deletes the ring's topic and makes one of its name: the mirror has come to its end. */
    void remake() {
        ring.remake();
    }

    boolean hasLost() {
        return ring.hasLost();
    }

    /** Whether nobody may take the role now but by order: whoever had it last has resigned. */
    void resigned(boolean now) {
        resigned = now;
    }

    /** Nothing goes wrong from here on, and clients ask for nothing more. */
    void calm() {
        seats.forEach(seat -> seat.order(Action.RESUME_FLUSH));
        clients.calm();
    }

    /** Whether everybody has everything, and every epoch that is sealed is released; after a loss nobody need ever have. */
    boolean isLevel() {
        if (ring.isRemade()) {
            return seats.stream().noneMatch(Seat::isRunning) && ++calmLooks > CALM_LOOKS_AFTER_LOSS;
        }
        if (hasLost()) {
            return ++calmLooks > CALM_LOOKS_AFTER_LOSS;
        }
        return clients.areAnswered()
                && orders.areObeyed()
                && registered().stream().allMatch(Seat::isRunning)
                && registered().stream().allMatch(this::isLevel)
                && tracker.releasedEpoch() == history.sealedEpoch();
    }

    private boolean isLevel(Seat seat) {
        return seat.disk().checkpoint().position().sequence() == history.sequence()
                && seat.disk().checkpoint().position().epoch().lastSealed() == history.sealedEpoch();
    }

    void checkEnd() {
        if (ring.isRemade()) {
            return;
        }
        if (hasLost()) {
            invariants.endedAfterLoss();
            return;
        }
        registered().forEach(invariants::level);
        invariants.replayed();
    }

    String describe() {
        StringBuilder text = new StringBuilder(name + " sealed " + history.sealedEpoch() + " epoch " + history.epoch()
                + " sequence " + history.sequence() + " released " + tracker.releasedEpoch() + ", unanswered "
                + clients.unanswered() + ", status " + tracker.reason() + "\n");
        seats.forEach(seat -> text.append("  ")
                .append(seat)
                .append(seat.isSource() ? " source" : "")
                .append(seat.isRunning() ? " runs " : " ")
                .append(seat.disk().checkpoint().position())
                .append('\n'));
        return text.toString();
    }

    String name() {
        return name;
    }

    /** As it was made: its volumes and ring stay. */
    Definition definition() {
        return definition;
    }

    SimulatedDefinitions definitions() {
        return definitions;
    }

    /** The seats whose replicas are registered now. */
    List<Seat> registered() {
        return seats.stream().filter(definitions::registers).toList();
    }

    History history() {
        return history;
    }

    Invariants invariants() {
        return invariants;
    }

    SimulatedRing ring() {
        return ring;
    }

    EventTopic events() {
        return events;
    }

    SimulatedTracker tracker() {
        return tracker;
    }

    Clients clients() {
        return clients;
    }

    Orders orders() {
        return orders;
    }

    List<Seat> seats() {
        return seats;
    }
}
