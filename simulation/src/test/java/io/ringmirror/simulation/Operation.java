package io.ringmirror.simulation;

import io.ringmirror.producer.DeviceException;

/**
 * One request of a client and what became of it.
 *
 * <p>A write's content follows from its number, which stands in its first eight bytes, so that it is known again in the
 * log.
 */
final class Operation {
    private final Kind kind;
    private final long number;
    private final int volume;
    private final int offset;
    private final int length;
    private final boolean forced;
    private boolean answered;
    private boolean good;

    /** What is asked. */
    enum Kind {
        WRITE,
        ZERO,
        DISCARD,
        FLUSH,
        READ;

        boolean changes() {
            return this == WRITE || this == ZERO || this == DISCARD;
        }
    }

    Operation(Kind kind, long number, int volume, int offset, int length, boolean forced) {
        this.kind = kind;
        this.number = number;
        this.volume = volume;
        this.offset = offset;
        this.length = length;
        this.forced = forced;
    }

    void answer(DeviceException failure) {
        answered = true;
        good = failure == null;
    }

    /** What it leaves at a place of the volume. */
    byte content(int at) {
        if (kind != Kind.WRITE) {
            return 0;
        }
        int index = at - offset;
        return index < Long.BYTES
                ? (byte) (number >> (8 * (Long.BYTES - 1 - index)))
                : (byte) (number * 31 + index * 7L + (index >> 8));
    }

    byte[] content() {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = content(offset + i);
        }
        return content;
    }

    Kind kind() {
        return kind;
    }

    long number() {
        return number;
    }

    int volume() {
        return volume;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    int end() {
        return offset + length;
    }

    boolean forced() {
        return forced;
    }

    boolean answered() {
        return answered;
    }

    boolean good() {
        return good;
    }

    @Override
    public String toString() {
        return kind + " " + number + " of volume " + volume + " at " + offset + " length " + length
                + (forced ? " forced" : "");
    }
}
