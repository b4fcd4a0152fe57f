package io.ringmirror.torture;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What was found to be broken, by kind, and said once each as it was found. Any thread.
 */
final class Violations {
    /** The promises, each by how it is broken. */
    enum Kind {
        /** A block is older than the last acknowledged write to it, or is nothing that was ever written. */
        LOST,
        /** A replica is not the result of a prefix of the mirror's sequence, or the ring itself has no such sequence. */
        PREFIX,
        /** A server acknowledged a write that did not enter the log in its own term. */
        ZOMBIE,
        /** An old source showed a client something older than what its successor had acknowledged. */
        ZOMBIE_READ,
        /** Replicas differ when everything is healed and flushed. */
        DIFFERENT,
        /** A mirror did not go on within its bound, or did not come level. */
        STUCK
    }

    private static final int SAID_OF_EACH_KIND = 20;

    private final Consumer<String> say;
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

    Violations(Consumer<String> say) {
        this.say = say;
    }

    synchronized void add(Kind kind, String what) {
        long count = counts.merge(kind, 1L, Long::sum);
        if (count <= SAID_OF_EACH_KIND) {
            say.accept("VIOLATION " + kind + ": " + what);
        }
    }

    synchronized long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    synchronized boolean none() {
        return counts.isEmpty();
    }
}
