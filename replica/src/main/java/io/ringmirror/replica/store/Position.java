package io.ringmirror.replica.store;

import io.ringmirror.schemas.Digest;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Up to which record of which log a replica is flushed, and where to read on. Positions of one mirror are ordered by
 * (epoch, sequence), never by offsets of different logs.
 *
 * @param mirrorId the mirror
 * @param clusterId the Kafka cluster whose logs were read
 * @param topicId the ring topic there: one made anew under the same name has another
 * @param term term of the last record included, 0 before the first
 * @param writer the replica whose server wrote that term's TermBegin; empty before the first
 * @param epoch how far the epoch of the last record included has come
 * @param sequence sequence of the last data record included, 0 before the first
 * @param log the log the last record included stands in
 * @param offset offset of the last record included, -1 before the first
 * @param leaderEpoch Kafka's leader epoch of the last record included, or -1 where unknown
 * @param timeMs log time of the last record included, milliseconds since the epoch, 0 before the first
 * @param nextLog the log to read on in
 * @param nextOffset the offset to read on at: after {@code offset}, or after an EpochEnd where that said
 */
public record Position(
        UUID mirrorId,
        String clusterId,
        String topicId,
        long term,
        Optional<UUID> writer,
        EpochProgress epoch,
        long sequence,
        int log,
        long offset,
        int leaderEpoch,
        long timeMs,
        int nextLog,
        long nextOffset) {

    /**
     * How far an epoch has come.
     *
     * @param number the flush epoch, 0 before the first
     * @param records data records so far
     * @param bytes payload bytes so far
     * @param digest running digest so far
     * @param sealed its EpochEnd is included: the next record opens the next epoch
     */
    public record EpochProgress(long number, long records, long bytes, long digest, boolean sealed) {
        /** Before the first epoch, which is still to be opened. */
        static final EpochProgress NONE = new EpochProgress(0, 0, 0, Digest.EMPTY, true);

        public EpochProgress {
            atLeast("epoch", number, 0);
            atLeast("epoch.records", records, 0);
            atLeast("epoch.bytes", bytes, 0);
        }

        /** The last whole epoch, 0 if there is none. */
        public long lastSealed() {
            return sealed ? number : number - 1;
        }
    }

    public Position {
        Objects.requireNonNull(mirrorId, "mirrorId");
        Objects.requireNonNull(writer, "writer");
        Objects.requireNonNull(epoch, "epoch");
        notBlank("clusterId", clusterId);
        notBlank("topicId", topicId);
        atLeast("term", term, 0);
        atLeast("sequence", sequence, 0);
        atLeast("log", log, 0);
        atLeast("offset", offset, -1);
        atLeast("leaderEpoch", leaderEpoch, -1);
        atLeast("timeMs", timeMs, 0);
        atLeast("nextLog", nextLog, 0);
        atLeast("nextOffset", nextOffset, 0);
        if (!epoch.sealed() && nextLog == log && nextOffset <= offset) {
            throw new IllegalArgumentException(
                    "nextOffset is " + nextOffset + "; it must be behind the last offset included, " + offset);
        }
    }

    /** Where a replica begins that holds nothing yet: before the first record of log 0. */
    public static Position origin(UUID mirrorId, String clusterId, String topicId) {
        return new Position(
                mirrorId, clusterId, topicId, 0, Optional.empty(), EpochProgress.NONE, 0, 0, -1, -1, 0, 0, 0);
    }

    /** Tells whether this position includes fewer records than the other, as far as data and epochs go. */
    public boolean isBefore(Position other) {
        return epoch.number() < other.epoch.number()
                || (epoch.number() == other.epoch.number() && sequence < other.sequence);
    }

    /** The logs that it knows of, and the offsets below which they cannot end, as records up to there were in them. */
    public Map<Integer, Long> leastEnds() {
        Map<Integer, Long> ends = new HashMap<>(Map.of(nextLog, nextOffset));
        if (offset >= 0) {
            ends.merge(log, offset + 1, Math::max);
        }
        return ends;
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
