package io.ringmirror.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * One run: the clock, and everybody who acts, one step at a time, in an order drawn from the seed. All of it is one
 * thread: what is concurrent in the real thing is one actor's step within another's call to a port. What goes wrong is
 * remembered first and thrown then, as the code under test catches much.
 */
final class World {
    private static final int MOST_DEPTH = 3;
    private static final long MOST_CALM_STEPS = 60_000;
    private static final int CALM_STEPS_BETWEEN_LOOKS = 25;

    private final long seed;
    private final Chance chance;
    private final Conditions conditions;
    private final Trace trace;
    private final List<SimulatedServer> servers = new ArrayList<>();
    private final List<SimulatedMirror> mirrors = new ArrayList<>();
    private final List<Actor> actors = new ArrayList<>();
    private Violation violation;
    private long nowNs = 1_000_000_000L;
    private long steps;
    private int depth;
    private boolean calm;
    private boolean ended;

    /** Somebody who does one thing, or nothing, when it is his turn. */
    @FunctionalInterface
    interface Actor {
        void act();
    }

    World(long seed, boolean printing) {
        this.seed = seed;
        this.chance = new Chance(seed);
        this.conditions = Conditions.drawn(chance);
        this.trace = new Trace(printing);
        for (int i = 0; i < conditions.servers(); i++) {
            servers.add(new SimulatedServer(this, "server" + i));
        }
        for (int i = 0; i < conditions.mirrors(); i++) {
            mirrors.add(new SimulatedMirror(this, "mirror" + i, new UUID(seed, i), i % servers.size()));
        }
        castActors();
        note("conditions %s", conditions);
    }

    private void castActors() {
        mirrors.forEach(mirror -> mirror.cast(actors));
        actors.add(new Nemesis(this)::act);
        servers.forEach(server -> actors.add(server::act));
    }

    /** Faults for a while, then none; then everybody must come level. */
    void run() {
        for (int i = 0; i < conditions.steps(); i++) {
            step();
        }
        calm = true;
        note("calm: nothing goes wrong any more");
        servers.forEach(SimulatedServer::calm);
        mirrors.forEach(SimulatedMirror::calm);
        for (long i = 0; !isLevel(i); i++) {
            if (i > MOST_CALM_STEPS) {
                fail("I5", "no end after " + MOST_CALM_STEPS + " calm steps: " + describe());
            }
            step();
        }
        ended = true;
        mirrors.forEach(SimulatedMirror::checkEnd);
        requireNoViolation();
    }

    private boolean isLevel(long calmSteps) {
        return calmSteps % CALM_STEPS_BETWEEN_LOOKS == 0 && mirrors.stream().allMatch(SimulatedMirror::isLevel);
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        mirrors.forEach(mirror -> text.append(mirror.describe()).append('\n'));
        return text.toString();
    }

    /** One turn. Once it is calm mirrors share the time, so that each has its turns before a lease ends. */
    private void step() {
        requireNoViolation();
        steps++;
        int shares = calm ? mirrors.size() : 1;
        nowNs += chance.below(3_000_000) / shares;
        if (chance.oneIn(100 * shares)) {
            nowNs += chance.between(1, 1_200) * 1_000_000L;
        }
        chance.pick(actors).act();
        requireNoViolation();
    }

    /** Others go on while somebody's call runs. */
    void interleave() {
        requireNoViolation();
        if (ended || depth >= MOST_DEPTH || !chance.oneIn(conditions.interleaveOneIn())) {
            return;
        }
        depth++;
        try {
            for (int i = chance.between(1, 6); i > 0; i--) {
                step();
            }
        } finally {
            depth--;
        }
    }

    /** Whether something goes wrong now that does so once in so many times. */
    boolean fault(int oneIn) {
        return !calm && chance.oneIn(oneIn);
    }

    /** Time passes within a call. */
    void pass(long ns) {
        nowNs += ns;
    }

    void note(String format, Object... args) {
        trace.note(this, format, args);
    }

    /** Ends the run: an invariant does not hold. */
    Violation fail(String invariant, String what) {
        return fail(invariant, what, null);
    }

    Violation fail(String invariant, String what, Throwable cause) {
        if (violation == null) {
            violation = new Violation(invariant + " does not hold for seed " + seed + ": " + what, cause);
        }
        throw violation;
    }

    /** An invariant, and what there is to say if it does not hold. */
    void require(boolean holds, String invariant, String format, Object... args) {
        if (!holds) {
            fail(invariant, String.format(Locale.ROOT, format, args));
        }
    }

    private void requireNoViolation() {
        if (violation != null) {
            throw violation;
        }
    }

    Chance chance() {
        return chance;
    }

    Conditions conditions() {
        return conditions;
    }

    Trace trace() {
        return trace;
    }

    List<SimulatedServer> servers() {
        return servers;
    }

    List<SimulatedMirror> mirrors() {
        return mirrors;
    }

    long nowNs() {
        return nowNs;
    }

    long nowMs() {
        return nowNs / 1_000_000;
    }

    long steps() {
        return steps;
    }

    int depth() {
        return depth;
    }

    boolean calm() {
        return calm;
    }
}
