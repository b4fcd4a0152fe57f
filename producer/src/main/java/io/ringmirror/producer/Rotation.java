package io.ringmirror.producer;

import io.ringmirror.replica.FlushTriggers;
import io.ringmirror.replica.Replica;
import io.ringmirror.schemas.Command.Action;
import java.util.Optional;

/**
 * When a source ends its epoch and goes on in another log, step 5 of a write's journey: decides by the triggers whether a
 * flush is due and by the ring whether there is a log to go on in, seals, and freezes the epoch's half of the cache. The
 * half is flushed once the log has the seal. The owner's thread only, but for {@link #released}.
 */
final class Rotation {
    /** An idle epoch is sealed after so many beats, so that its log stays small (invariant I10). */
    private static final int MAX_BEATS = 10_000;

    /** Before the tracker's first word no log counts as released, and none is made that is not needed at once. */
    private static final long UNHEARD = -1;

    private final Replica replica;
    private final Numbering numbering;
    private final WritePath writes;
    private final Ring ring;
    private final FlushTriggers triggers;
    private volatile long announcedRelease = UNHEARD;
    private int beatsInEpoch;

    /** Of the epoch whose seal is on its way: the chain counts it once the log has the seal. */
    private long sealingBytes;

    Rotation(Replica replica, Numbering numbering, WritePath writes, Ring ring, SourceSettings settings) {
        this.replica = replica;
        this.numbering = numbering;
        this.writes = writes;
        this.ring = ring;
        this.triggers = new FlushTriggers(settings.flushDirtyBytes(), settings.flushInterval());
    }

    /** The tracker says that every replica has flushed this epoch; from any thread. */
    void released(long epoch) {
        announcedRelease = epoch;
    }

    /** Takes the tracker's last word, as far as this replica has flushed itself. */
    void takeRelease() {
        ring.released(Math.min(announcedRelease, replica.flushed().epoch().lastSealed()));
    }

    void obey(Action action) {
        switch (action) {
            case FLUSH -> triggers.order();
            case HOLD_FLUSH -> triggers.hold(true);
            case RESUME_FLUSH -> triggers.hold(false);
            case PROMOTE, DEMOTE, ASK_FIT, RETRY ->
                throw new IllegalArgumentException(action + " is for the server, not for an owner");
        }
    }

    /** The cache takes no more of what is asked. */
    void press() {
        triggers.press();
    }

    /** True when the ring holds its most bytes and writers wait; the open epoch is ended then, to be released. */
    boolean atByteBound() {
        boolean bound = ring.atByteBound(sealingBytes + numbering.ringBytes());
        if (bound && numbering.ringBytes() > 0) {
            triggers.press();
        }
        return bound;
    }

    /** A beat went into the open epoch. */
    void beaten() {
        beatsInEpoch++;
    }

    /** The log has the seal that was on its way. */
    void sealed() {
        sealingBytes = 0;
        ring.sealed();
    }

    /** Ends the epoch if that is due and can be done; true if it did. */
    boolean rotate(long nowNs) {
        boolean due = triggers.due(replica.cache().dirtyBytes(), nowNs) || beatsInEpoch >= MAX_BEATS;
        if (due || announcedRelease != UNHEARD) {
            ring.keepSpare(numbering.log(), nowNs);
        }
        if (!due || !replica.flushes().idle()) {
            return false;
        }
        Optional<Ring.Next> next = ring.next(numbering.log());
        next.ifPresent(this::goOn);
        return next.isPresent();
    }

    /** Whether something is dirty that could be flushed: there is a log to go on in, and the disk takes it. */
    boolean flushable() {
        return replica.cache().dirtyBytes() > 0
                && ring.next(numbering.log()).isPresent()
                && replica.flushes().failure().isEmpty();
    }

    private void goOn(Ring.Next log) {
        replica.flushes().freeze();
        sealingBytes = numbering.ringBytes();
        writes.append(numbering.epochEnd(log.log(), log.offset()));
        writes.append(numbering.epochBegin(log.log()));
        triggers.reset();
        beatsInEpoch = 0;
    }
}
