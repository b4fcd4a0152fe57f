package io.ringmirror.server;

import io.ringmirror.schemas.Event.Role;

/**
 * What each mirror of a server may take off the heap at the most.
 *
 * @param directBytes all of it
 * @param sum the same for people, with the keys that it comes from
 */
record MemoryNeed(long directBytes, String sum) {
    /** A cache takes a block more for each of its chunks, of 256 blocks, and four. */
    private static final int CHUNK_BLOCKS = 256;

    private static final long MIB = 1L << 20;

    /** A mirror is a source or a destination at a time, and has the cache of that role. */
    static MemoryNeed of(ServerSettings settings) {
        boolean source = settings.roles().contains(Role.SOURCE);
        long first = source ? settings.source().cacheBytes() : 0;
        long second = settings.roles().contains(Role.DESTINATION)
                ? settings.destination().cacheBytes()
                : 0;
        long cache = Math.max(first, second) + Math.max(first, second) / CHUNK_BLOCKS + MIB / 16;
        long front = source ? settings.nbd().maxBytesInFlight() : 0;
        String cacheKey = first >= second ? "source.cache.bytes" : "destination.cache.bytes";
        String sum = mib(cache + front) + " (" + mib(cache) + " for " + cacheKey
                + (source ? ", " + mib(front) + " for nbd.max.bytes" : "") + ")";
        return new MemoryNeed(cache + front, sum);
    }

    /** Rounded up. */
    static String mib(long bytes) {
        return (bytes + MIB - 1) / MIB + " MiB";
    }
}
