package io.ringmirror.volume;

/**
 * What a half says about the bytes from an offset on. Changed in place, so that looking up a range allocates nothing;
 * belongs to the thread that looks up.
 */
final class Run {
    /** What is cached of a byte. */
    enum Kind {
        NOTHING,
        DATA,
        ZERO,
        DISCARDED
    }

    private Kind kind = Kind.NOTHING;
    private long endBytes;
    private int slot;
    private int within;

    Kind kind() {
        return kind;
    }

    /** The offset after the last byte of which this is so. */
    long endBytes() {
        return endBytes;
    }

    /** The slot that holds {@link Kind#DATA}. */
    int slot() {
        return slot;
    }

    /** Where in the slot the data begins. */
    int within() {
        return within;
    }

    void nothing(long end) {
        kind = Kind.NOTHING;
        endBytes = end;
    }

    void data(long end, int inSlot, int fromWithin) {
        kind = Kind.DATA;
        endBytes = end;
        slot = inSlot;
        within = fromWithin;
    }

    void zero(long end, boolean discarded) {
        kind = discarded ? Kind.DISCARDED : Kind.ZERO;
        endBytes = end;
    }
}
