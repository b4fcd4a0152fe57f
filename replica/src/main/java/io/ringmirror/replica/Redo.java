package io.ringmirror.replica;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.Position.EpochProgress;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Holds a chain to the records that an interrupted flush had: what it left in the images is only overwritten whole if
 * the same records come again (invariant I2). Compared are numbers, term, writer, sums and digests at exactly the place
 * where that flush was going, and at each epoch's end before it; never offsets, as records may stand twice. Changes
 * nothing; owned by a {@link Chain}, which lets go of it once it has got there.
 */
final class Redo {
    private final DirtyTo goal;

    Redo(DirtyTo goal) {
        this.goal = goal;
    }

    /**
     * A place of the order.
     *
     * @param writer who began the term
     */
    record Place(long term, Optional<UUID> writer, EpochProgress epoch, long sequence) {}

    /**
     * Before an entry is taken that leads to a place.
     *
     * @throws ChainException if it is the one where the flush was going, or lies behind it, and the records are others
     */
    void examine(LogEntry entry, Place next) {
        long epoch = next.epoch().number();
        boolean behind = epoch > goal.epoch() || next.sequence() > goal.sequence();
        if (behind || (isThere(next) && !isSame(next))) {
            throw differs(entry, next);
        }
    }

    /** Before an epoch is sealed that has come to a place. */
    void examineSeal(LogEntry entry, Place sealed) {
        EpochProgress epoch = sealed.epoch();
        DirtyTo.Seal found =
                new DirtyTo.Seal(epoch.number(), sealed.sequence(), epoch.records(), epoch.bytes(), epoch.digest());
        boolean other = goal.history().stream()
                .flatMap(history -> history.seals().stream())
                .anyMatch(seal -> seal.epoch() == found.epoch() && !seal.equals(found));
        if (other) {
            throw differs(entry, sealed);
        }
    }

    /** Whether this is the place where the flush was going. */
    boolean isThere(Place place) {
        return place.epoch().number() == goal.epoch() && place.sequence() == goal.sequence();
    }

    private boolean isSame(Place place) {
        EpochProgress epoch = place.epoch();
        boolean sameSums = goal.history()
                .map(history -> history.records() == epoch.records()
                        && history.bytes() == epoch.bytes()
                        && history.digest() == epoch.digest()
                        && (place.term() < goal.term() || history.writer().equals(place.writer())))
                .orElse(true);
        return place.term() <= goal.term() && sameSums;
    }

    private ChainException differs(LogEntry entry, Place place) {
        EpochProgress epoch = place.epoch();
        return new ChainException(
                Kind.DIVERGED,
                String.format(
                        Locale.ROOT,
                        "%s is not what an interrupted flush of this replica had, which was going to epoch %d, sequence"
                                + " %d, term %d%s; with it epoch %d has %d records, %d bytes, digest %016x. The cluster"
                                + " lost acknowledged records, and the images here are a mixture: make a full copy",
                        entry.describe(),
                        goal.epoch(),
                        goal.sequence(),
                        goal.term(),
                        goal.history()
                                .map(is -> String.format(
                                        Locale.ROOT,
                                        " (%d records, %d bytes, digest %016x)",
                                        is.records(),
                                        is.bytes(),
                                        is.digest()))
                                .orElse(""),
                        epoch.number(),
                        epoch.records(),
                        epoch.bytes(),
                        epoch.digest()));
    }
}
