package io.ringmirror.simulation;

import io.ringmirror.schemas.Command.Action;
import java.util.List;

/** Has things go wrong, and people give orders, until the world is calm. */
final class Nemesis {
    private static final long MS = 1_000_000;
    private static final List<Action> ORDERS = List.of(Action.FLUSH, Action.HOLD_FLUSH, Action.RESUME_FLUSH);

    private final World world;

    Nemesis(World world) {
        this.world = world;
    }

    void act() {
        if (!world.fault(world.conditions().faultsOneIn())) {
            return;
        }
        Chance chance = world.chance();
        SimulatedMirror mirror = chance.pick(world.mirrors());
        SimulatedRing ring = mirror.ring();
        Seat seat = chance.pick(mirror.seats());
        if (losesRecords(mirror)) {
            loseRecords(mirror);
            return;
        }
        switch (chance.below(20)) {
            case 0, 1 -> seat.server().kill("by the nemesis");
            case 2 -> {
                seat.server().kill("for long");
                seat.server().keepDown(chance.between(1_000, 20_000) * MS);
            }
            case 3, 4 -> ring.failAppends();
            case 5 -> ring.changeLeader();
            case 6 -> ring.forgetStarts();
            case 7 -> ring.stall(chance.between(10, 5_000) * MS);
            case 8 -> seat.disk().fill(chance.between(10, 5_000) * MS);
            case 9 -> seat.slowDisk(chance.between(10, 8_000) * MS);
            case 10 -> mirror.orders().give(seat);
            case 11 -> seat.finish(chance.oneIn(2));
            case 18 -> seat.handOver();
            case 12 -> mirror.tracker().stop(chance.between(10, 10_000) * MS);
            case 13 -> {
                if (chance.oneIn(3)) {
                    mirror.tracker().rebuild();
                }
            }
            case 16, 17 -> ring.cutOff(chance.between(500, 20_000) * MS);
            case 14 -> remake(mirror);
            case 15 -> {
                if (chance.oneIn(4)) {
                    mirror.definitions().removeTwoAtOnce();
                }
            }
            default -> seat.order(chance.pick(ORDERS));
        }
    }

    /** Once in a run, as the mirror ends with it. */
    private void remake(SimulatedMirror mirror) {
        if (world.conditions().remakesRing()
                && !mirror.hasLost()
                && !mirror.ring().isRemade()) {
            mirror.remake();
        }
    }

    /** Once in a run, mostly while somebody flushes what is to be lost. */
    private boolean losesRecords(SimulatedMirror mirror) {
        boolean may = world.conditions().losesRecords()
                && !mirror.hasLost()
                && !mirror.ring().isRemade()
                && mirror.history().sequence() > 0;
        return may && world.chance().oneIn(isBeingFlushed(mirror) ? 2 : 50);
    }

    private static boolean isBeingFlushed(SimulatedMirror mirror) {
        return mirror.seats().stream()
                .anyMatch(seat -> seat.disk().checkpoint().dirtyTo().isPresent());
    }

    /** The brokers lose power, and often servers beside them. */
    private void loseRecords(SimulatedMirror mirror) {
        boolean all = world.chance().oneIn(2);
        for (SimulatedServer server : world.servers()) {
            if (all || world.chance().oneIn(2)) {
                server.kill("with the brokers");
            }
        }
        mirror.loseRecords();
    }
}
