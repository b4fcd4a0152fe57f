package io.ringmirror.simulation;

import java.util.ArrayList;
import java.util.List;

/** A machine and, while it runs, the process on it, which serves a seat in each of its mirrors. */
final class SimulatedServer {
    private static final int MOST_DOWN_MS = 3_000;

    private final World world;
    private final String name;
    private final List<Seat> seats = new ArrayList<>();
    private SimulatedProcess process;
    private int lives;
    private long downUntilNs;

    SimulatedServer(World world, String name) {
        this.world = world;
        this.name = name;
    }

    /** Starts it if it is down and its time has come. */
    void act() {
        if (process == null && world.nowNs() >= downUntilNs && seats.stream().noneMatch(Seat::isOnStack)) {
            process = new SimulatedProcess(this, ++lives);
            world.note("%s starts", process);
        }
    }

    /** The process ends at once, wherever it stands; or the power is cut. */
    void kill(String why) {
        if (process == null) {
            return;
        }
        boolean powerCut = world.chance().oneIn(2);
        world.note("%s %s %s", process, powerCut ? "loses power" : "is killed", why);
        process.die();
        process = null;
        downUntilNs = world.nowNs() + world.chance().between(0, MOST_DOWN_MS) * 1_000_000L;
        seats.forEach(seat -> seat.killed(powerCut));
    }

    /** It stays down for long. */
    void keepDown(long ns) {
        downUntilNs = world.nowNs() + ns;
    }

    /** From here on it runs. */
    void calm() {
        downUntilNs = 0;
    }

    void add(Seat seat) {
        seats.add(seat);
    }

    List<Seat> seats() {
        return seats;
    }

    /** Null while it is down. */
    SimulatedProcess process() {
        return process;
    }

    World world() {
        return world;
    }

    String name() {
        return name;
    }
}
