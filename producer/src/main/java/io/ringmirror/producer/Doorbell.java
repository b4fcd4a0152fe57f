package io.ringmirror.producer;

import io.ringmirror.replica.Sleeper;

/**
 * Brings a mirror's owner to what was put into its inbox: at once, or for a caller that asks in batches once for all of
 * a batch. A short batch the owner is not even woken for if its turn is free: the caller's thread does the step. The same
 * holds for the producer's thread, once it has told what became of everything. One for batches belongs to one caller, one
 * thread at a time.
 */
final class Doorbell {
    /** A batch of more has the owner begin before its end. */
    private static final int MAX_SHORT_BYTES = 64 << 10;

    private final Sleeper sleeper;
    private final Turn turn;
    private final boolean batches;
    private boolean pending;
    private long pendingBytes;

    Doorbell(Sleeper sleeper, Turn turn) {
        this(sleeper, turn, false);
    }

    private Doorbell(Sleeper sleeper, Turn turn, boolean batches) {
        this.sleeper = sleeper;
        this.turn = turn;
        this.batches = batches;
    }

    /** The same for a caller that calls {@link #endBatch}. */
    Doorbell forBatches() {
        return new Doorbell(sleeper, turn, true);
    }

    /** A request that moves so many bytes has been put into the inbox. */
    void ring(long bytes) {
        pendingBytes += bytes;
        pending = batches && pendingBytes <= MAX_SHORT_BYTES;
        if (!pending) {
            pendingBytes = 0;
            sleeper.wake();
        }
    }

    void endBatch() {
        if (pending) {
            pending = false;
            pendingBytes = 0;
            step();
        }
    }

    /** From any thread: what became of a record is known; after the last one there is nothing to wait for. */
    void outcome(boolean last) {
        if (last) {
            step();
        } else {
            sleeper.wake();
        }
    }

    private void step() {
        if (!turn.tryStep()) {
            sleeper.wake();
        }
    }
}
