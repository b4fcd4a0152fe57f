package io.ringmirror.replica;

import java.io.IOException;
import java.time.Duration;

/**
 * Brings a replica to the end of the ring before it serves, as every source does before it takes the role. Flushes on
 * the way as the cache fills, and reads on into one half while the other is written. One thread, the one that starts the mirror.
 */
public final class CatchUp {
    private static final Duration WAIT = Duration.ofMillis(100);

    private final Replica replica;
    private final RingReader reader;
    private final Follower follower;

    /** Goes on from the replica's chain. */
    public CatchUp(Replica replica, RingReader reader) {
        this.replica = replica;
        this.reader = reader;
        this.follower = new Follower(reader, replica.chain(), replica.volumes(), replica.cache());
    }

    /**
     * Takes everything that was in the logs when this was called. What comes in afterwards may be taken or not.
     *
     * @throws ChainException if ring and replica do not fit together
     * @throws IOException if a flush on the way failed
     */
    public void toEnd() throws IOException {
        int log = -1;
        long end = 0;
        while (true) {
            if (log != replica.chain().nextLog()) {
                log = replica.chain().nextLog();
                end = reader.endOffset(log);
            }
            Follower.Outcome outcome = follower.step(WAIT);
            if (outcome == Follower.Outcome.FULL) {
                replica.finishFlush();
                replica.beginFlush();
            } else if (log == replica.chain().nextLog() && follower.hasPassed(end)) {
                replica.finishFlush();
                return;
            }
        }
    }
}
