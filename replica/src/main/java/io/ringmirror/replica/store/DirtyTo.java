package io.ringmirror.replica.store;

/**
 * The position that a flush under way was going to: until a replica is flushed to it or past it, its images may hold any
 * part of the writes up to there, and are not to be shown to anybody.
 *
 * @param epoch flush epoch
 * @param sequence the last sequence that may be in the images
 * @param term term of that record
 */
public record DirtyTo(long epoch, long sequence, long term) {
    public DirtyTo {
        if (epoch < 0 || sequence < 0 || term < 0) {
            throw new IllegalArgumentException("dirty up to epoch " + epoch + ", sequence " + sequence + ", term "
                    + term + ": none may be below 0");
        }
    }

    static DirtyTo of(Position position) {
        return new DirtyTo(position.epoch().number(), position.sequence(), position.term());
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
}
