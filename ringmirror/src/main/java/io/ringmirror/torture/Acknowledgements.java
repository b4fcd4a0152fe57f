package io.ringmirror.torture;

import io.ringmirror.torture.Violations.Kind;
import java.util.HashMap;
import java.util.Map;

/**
 * Holds every acknowledged write against the ring: it must stand there whole, in a term of the server that acknowledged
 * it, and not in one that had ended when it was issued. The follower of the ring and the clients tell it what they see,
 * in either order; any thread.
 */
final class Acknowledgements {
    private final String mirror;
    private final Violations violations;
    private final Map<Long, Answered> waiting = new HashMap<>();
    private final Map<Long, Logged> logged = new HashMap<>();

    Acknowledgements(String mirror, Violations violations) {
        this.mirror = mirror;
        this.violations = violations;
    }

    /** A term as the ring has it; number 0 before the first. */
    record Term(long number, String server) {
        static final Term NONE = new Term(0, "");
    }

    /** Blocks of a write that stand in the ring, all in one term. */
    private record Logged(int blocks, Term term) {}

    /** A write that was answered. */
    private record Answered(int blocks, String server, Term termAtIssue) {}

    /** Some blocks of a write stand in the ring. */
    synchronized void logged(long serial, int blocks, Term term) {
        Logged before = logged.getOrDefault(serial, new Logged(0, term));
        logged.put(serial, new Logged(before.blocks() + blocks, term));
        judge(serial);
    }

    /**
     * A write with content was answered.
     *
     * @param server who answered
     * @param termAtIssue the last term that was seen in the ring before the write was sent
     */
    synchronized void answered(Change change, String server, Term termAtIssue) {
        waiting.put(change.serial(), new Answered(change.blocks(), server, termAtIssue));
        judge(change.serial());
    }

    /** The ring was read to its end: what was answered and is not there, never will be. */
    synchronized void end() {
        waiting.forEach((serial, answered) -> {
            boolean zombie = !answered.server().equals(answered.termAtIssue().server());
            violations.add(
                    zombie ? Kind.ZOMBIE : Kind.LOST,
                    "mirror " + mirror + ", write " + serial + " was acknowledged by " + answered.server()
                            + ", issued when " + answered.termAtIssue() + " was in force, and is not in the ring");
        });
        waiting.clear();
    }

    private void judge(long serial) {
        Answered answered = waiting.get(serial);
        Logged stands = logged.get(serial);
        if (answered == null || stands == null || stands.blocks() < answered.blocks()) {
            return;
        }
        waiting.remove(serial);
        logged.remove(serial);
        if (!stands.term().server().equals(answered.server())
                || stands.term().number() < answered.termAtIssue().number()) {
            violations.add(
                    Kind.ZOMBIE,
                    "mirror " + mirror + ", write " + serial + " was acknowledged by " + answered.server()
                            + ", issued when " + answered.termAtIssue() + " was in force, and stands in the ring in "
                            + stands.term());
        }
    }
}
