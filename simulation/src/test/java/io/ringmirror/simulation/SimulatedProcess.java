package io.ringmirror.simulation;

/** One life of a server: everything it holds in memory ends with it. */
final class SimulatedProcess {
    private final SimulatedServer server;
    private final int number;
    private boolean dead;

    SimulatedProcess(SimulatedServer server, int number) {
        this.server = server;
        this.number = number;
    }

    boolean isDead() {
        return dead;
    }

    void die() {
        dead = true;
    }

    /** Every port asks this first. */
    void requireAlive() {
        if (dead) {
            throw new Killed();
        }
    }

    /** It may end here, in the middle of a call. */
    void mayDie() {
        if (server.world().fault(server.world().conditions().crashInPortOneIn())) {
            server.kill("in a call");
            throw new Killed();
        }
    }

    @Override
    public String toString() {
        return server.name() + "#" + number;
    }
}
