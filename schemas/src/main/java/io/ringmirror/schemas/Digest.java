package io.ringmirror.schemas;

/**
 * The running digest of an epoch: a chain over (sequence, crc) of its data records, begun at {@link #EMPTY} in each
 * epoch. Two replicas that took the same records in the same order have the same digest (invariant I7). It finds
 * faults, not forgers: the mixing is a 64-bit multiply-xor, not a cryptographic hash.
 */
public final class Digest {
    /** The digest of an epoch without data records. */
    public static final long EMPTY = 0x52_49_4e_47_4d_49_52_52L; // "RINGMIRR"

    private Digest() {}

    /** The digest after one more data record. */
    public static long next(long digest, long sequence, int crc32c) {
        long mixed = mix(digest ^ sequence * 0x9E37_79B9_7F4A_7C15L);
        return mix(mixed ^ (crc32c & 0xFFFF_FFFFL));
    }

    /** The finalizer of splitmix64: every input bit reaches every output bit. */
    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
