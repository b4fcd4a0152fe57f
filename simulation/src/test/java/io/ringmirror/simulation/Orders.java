package io.ringmirror.simulation;

import io.ringmirror.producer.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Orders to take the role, from when they are given: against the term that the server had read when it was asked, and with
 * a time to live. Each comes at any later time, also to a process that was not there yet, and may come twice.
 */
final class Orders {
    private static final int LONGEST_LIFE_MS = 20_000;

    private final World world;
    private final List<Order> underWay = new ArrayList<>();

    private record Order(Seat seat, Claim.Ordered claim) {}

    Orders(World world) {
        this.world = world;
    }

    /** Somebody asks the server, if it follows, whether it is fit, and orders it to take the role. */
    void give(Seat seat) {
        if (!seat.isFollowing()) {
            return;
        }
        long term = seat.term();
        long deadlineMs = world.nowMs() + world.chance().between(100, LONGEST_LIFE_MS);
        world.note("%s: is ordered to take the role of term %d until %d", seat, term, deadlineMs);
        underWay.add(new Order(seat, new Claim.Ordered(OptionalLong.of(term), deadlineMs, false)));
    }

    /** Some order comes. */
    void act() {
        if (underWay.isEmpty() || (!world.calm() && !world.chance().oneIn(8))) {
            return;
        }
        Order order = world.chance().pick(underWay);
        if (order.seat().promote(order.claim())
                && (world.calm() || !world.chance().oneIn(3))) {
            underWay.remove(order);
        }
    }

    boolean areObeyed() {
        return underWay.isEmpty();
    }
}
