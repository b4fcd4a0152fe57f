package io.ringmirror.schemas.serde;

/**
 * Avro's numbers (Avro specification, "Primitive Types"): the sign moved to the lowest bit, then seven bits to a byte,
 * lowest first, each byte but the last with its high bit set. An int has the bytes of the long of the same value.
 */
final class ZigZag {
    private static final int BITS = 7;
    private static final int MORE = 0x80;

    private ZigZag() {}

    /** How many bytes a number takes, 1 to 10. */
    static int bytes(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(unsigned(value) | 1);
        return (bits + BITS - 1) / BITS;
    }

    /** Puts a number at {@code at}; returns where the next byte goes. */
    static int put(byte[] target, int at, long value) {
        long rest = unsigned(value);
        int next = at;
        while (rest >>> BITS != 0) {
            target[next++] = (byte) (rest | MORE);
            rest >>>= BITS;
        }
        target[next++] = (byte) rest;
        return next;
    }

    private static long unsigned(long value) {
        return (value << 1) ^ (value >> (Long.SIZE - 1));
    }
}
