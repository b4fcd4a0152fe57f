package io.ringmirror.schemas;

import java.util.Optional;

/**
 * The latest epoch that a log held, as far as one server knows. A server's trails, one per log ever used, are its map
 * of the ring: a log without a trail was never used.
 *
 * @param log the log's number
 * @param epoch the latest epoch opened in it
 * @param firstOffset offset of the record that opened the epoch
 * @param seal present once the epoch's EpochEnd is in the log
 */
public record EpochTrail(int log, long epoch, long firstOffset, Optional<Seal> seal) {
    /** About what a data record takes in a log beside its payload. */
    private static final int RECORD_BYTES = 128;

    /**
     * What an epoch's data records count against the ring's most bytes. A discard has no payload, but takes its place in
     * the log as any record does.
     */
    public static long ringBytes(long records, long payloadBytes) {
        return payloadBytes + records * RECORD_BYTES;
    }

    /**
     * What EpochEnd said, and where it stands.
     *
     * @param endOffset offset after EpochEnd: everything of the epoch is below it
     * @param sequence last sequence of the epoch
     * @param records data records of the epoch
     * @param bytes payload bytes of the epoch
     * @param digest the epoch's digest as this server computed it
     */
    public record Seal(long endOffset, long sequence, long records, long bytes, long digest) {
        public Seal {
            Checks.atLeast("endOffset", endOffset, 1);
            Checks.atLeast("sequence", sequence, 0);
        }

        /** What the epoch counts against the ring's most bytes. */
        public long ringBytes() {
            return EpochTrail.ringBytes(records, bytes);
        }
    }

    public EpochTrail {
        Checks.atLeast("log", log, 0);
        Checks.atLeast("epoch", epoch, 1);
        Checks.atLeast("firstOffset", firstOffset, 0);
    }
}
