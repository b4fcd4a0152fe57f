package io.ringmirror.replica.store;

import io.ringmirror.replica.store.Position.EpochProgress;
import io.ringmirror.schemas.EpochTrail;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The place that a flush under way was going to: until a replica is flushed to it or past it, its images may hold any
 * part of the writes up to there, and are not to be shown to anybody. Those writes count as redone only if the records
 * that are read now are the same: brokers may have lost the ones that were flushed, and others taken their numbers.
 *
 * @param epoch flush epoch
 * @param sequence the last sequence that may be in the images
 * @param term the term there: the record of that sequence was of this term or of an earlier one
 * @param history what the records up to there come to; empty where an older program stated it, whose file tells numbers only
 */
public record DirtyTo(long epoch, long sequence, long term, Optional<History> history) {
    /**
     * What tells one history from another.
     *
     * @param writer the replica whose server began that term
     * @param records data records of the epoch up to there
     * @param bytes payload bytes of the epoch up to there
     * @param digest running digest of the epoch there
     * @param seals the epochs that ended between the position flushed before and there, in their order
     */
    public record History(Optional<UUID> writer, long records, long bytes, long digest, List<Seal> seals) {
        public History {
            if (records < 0 || bytes < 0) {
                throw new IllegalArgumentException(
                        "it has " + records + " records, " + bytes + " bytes: neither may be below 0");
            }
            seals = List.copyOf(seals);
        }
    }

    /** The end of an epoch; where it stands is not said, as a seal may stand twice. */
    public record Seal(long epoch, long sequence, long records, long bytes, long digest) {}

    public DirtyTo {
        if (epoch < 0 || sequence < 0 || term < 0) {
            throw new IllegalArgumentException("dirty up to epoch " + epoch + ", sequence " + sequence + ", term "
                    + term + ": none may be below 0");
        }
    }

    /**
     * A flush from one place of a mirror to another.
     *
     * @param trails what is known of the ring at {@code to}
     */
    public static DirtyTo of(Position from, Position to, List<EpochTrail> trails) {
        EpochProgress epoch = to.epoch();
        List<Seal> seals = trails.stream()
                .filter(trail -> trail.epoch() > from.epoch().lastSealed())
                .flatMap(trail -> trail.seal().map(is -> seal(trail.epoch(), is)).stream())
                .sorted(Comparator.comparingLong(Seal::epoch))
                .toList();
        History history = new History(to.writer(), epoch.records(), epoch.bytes(), epoch.digest(), seals);
        return new DirtyTo(epoch.number(), to.sequence(), to.term(), Optional.of(history));
    }

    /** The same place for somebody who goes there by way of an earlier one: its seals come first. */
    DirtyTo behind(DirtyTo earlier) {
        Optional<History> whole = history.map(is -> {
            List<Seal> seals = new ArrayList<>(is.seals());
            earlier.history().map(History::seals).orElse(List.of()).stream()
                    .filter(seal -> is.seals().stream().noneMatch(known -> known.epoch() == seal.epoch()))
                    .forEach(seals::add);
            seals.sort(Comparator.comparingLong(Seal::epoch));
            return new History(is.writer(), is.records(), is.bytes(), is.digest(), seals);
        });
        return new DirtyTo(epoch, sequence, term, whole);
    }

    /** Tells whether a replica flushed to {@code position} holds all of this. */
    public boolean isReachedBy(Position position) {
        return epoch < position.epoch().number()
                || (epoch == position.epoch().number() && sequence <= position.sequence());
    }

    /** The one that is further on. */
    DirtyTo furthest(DirtyTo other) {
        return epoch < other.epoch || (epoch == other.epoch && sequence < other.sequence) ? other : this;
    }

    private static Seal seal(long epoch, EpochTrail.Seal is) {
        return new Seal(epoch, is.sequence(), is.records(), is.bytes(), is.digest());
    }
}
