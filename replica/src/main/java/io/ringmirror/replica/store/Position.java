package io.ringmirror.replica.store;

import io.ringmirror.schemas.Digest;
import java.util.Objects;
import java.util.UUID;

/**
 * Up to which record of which log a replica is flushed, and where to read on. Positions of one mirror are ordered by
 * (epoch, sequence), never by offsets of different logs.
 *
 * @param mirrorId the mirror
 * @param clusterId the Kafka cluster whose logs were read
 * @param topicId the ring topic there: one made anew under the same name has another
 * @param leaderEpoch Kafka's leader epoch of the last record included, or -1 where unknown
 * @param term term of the last record included, 0 before the first
 * @param epoch flush epoch of the last record included, 0 before the first
 * @param log the log the last record included stands in
 * @param offset offset of the last record included, -1 before the first
 * @param sequence sequence of the last data record included, 0 before the first
 * @param digest running digest of the epoch, up to and including that record
 * @param nextLog the log to read on in
 * @param nextOffset the offset to read on at: one after {@code offset}, or after an EpochEnd where that said
 * @param sealed whether the last record included is the EpochEnd of its epoch
 * @param timeMs log time of the last record included, milliseconds since the epoch, 0 before the first
 */
public record Position(
        UUID mirrorId,
        String clusterId,
        String topicId,
        int leaderEpoch,
        long term,
        long epoch,
        int log,
        long offset,
        long sequence,
        long digest,
        int nextLog,
        long nextOffset,
        boolean sealed,
        long timeMs) {

    public Position {
        Objects.requireNonNull(mirrorId, "mirrorId");
        notBlank("clusterId", clusterId);
        notBlank("topicId", topicId);
        atLeast("leaderEpoch", leaderEpoch, -1);
        atLeast("term", term, 0);
        atLeast("epoch", epoch, 0);
        atLeast("log", log, 0);
        atLeast("offset", offset, -1);
        atLeast("sequence", sequence, 0);
        atLeast("nextLog", nextLog, 0);
        atLeast("nextOffset", nextOffset, 0);
        atLeast("timeMs", timeMs, 0);
        if (!sealed && nextLog == log && nextOffset <= offset) {
            throw new IllegalArgumentException(
                    "nextOffset is " + nextOffset + "; it must be behind the last offset included, " + offset);
        }
    }

    /** Where a replica begins that holds nothing yet: before the first record of log 0. */
    public static Position origin(UUID mirrorId, String clusterId, String topicId) {
        return new Position(mirrorId, clusterId, topicId, -1, 0, 0, 0, -1, 0, Digest.EMPTY, 0, 0, false, 0);
    }

    /** Tells whether this position includes fewer records than the other, as far as data and epochs go. */
    public boolean isBefore(Position other) {
        return epoch < other.epoch || (epoch == other.epoch && sequence < other.sequence);
    }

    private static void notBlank(String field, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(field + " is empty");
        }
    }

    private static void atLeast(String field, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(field + " is " + value + "; it must be at least " + least);
        }
    }
}
