package io.ringmirror.replica;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.Position.EpochProgress;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Checks that a replica's position is on the chain before anything is applied over it: the record there is the one
 * that was flushed, and nothing after it is missing. Numbers alone do not tell: after a loss the same term may be begun
 * again, and the same numbers given to other writes. What was appended anew has another log time, and brokers truncate
 * nothing but the end of a log: where the very record that was flushed still stands, so does all before it. Brokers that
 * lost their disks, deleted records and a replica restored from a backup are found here and stated; nothing is ever mended
 * by starting elsewhere.
 */
public final class PositionCheck {
    private static final Duration ATTEMPT = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 30;

    private PositionCheck() {}

    /**
     * Returns if the position is on the chain.
     *
     * @throws ChainException GAP or DIVERGED, saying what was expected where
     * @throws TimeoutException if the record there does not come; nothing is known about the replica then
     */
    public static void requireOnChain(Position position, RingReader reader) {
        requireHeld(position, reader);
        if (isThere(position, reader)) {
            try {
                requireSame(position, reader);
            } catch (ChainException e) {
                if (isThere(position, reader)) {
                    throw e;
                }
            }
        }
    }

    /**
     * That a log ends before records which a position includes, if one does: the cluster lost them. Such a log must not be
     * written on, as its offsets would be given out a second time.
     *
     * @param endOf where a log ends, if that is known
     */
    public static Optional<ChainException> lostRecords(Position position, Function<Integer, Optional<Long>> endOf) {
        return position.leastEnds().entrySet().stream()
                .flatMap(least -> endOf
                        .apply(least.getKey())
                        .filter(end -> end < least.getValue())
                        .map(end -> lost(least.getKey(), least.getValue(), end))
                        .stream())
                .findFirst();
    }

    /** The last record of a released epoch may be deleted at any moment, also while it is being compared. */
    private static boolean isThere(Position position, RingReader reader) {
        return position.offset() >= 0 && position.offset() >= reader.startOffset(position.log());
    }

    private static void requireHeld(Position position, RingReader reader) {
        int log = position.nextLog();
        long start = reader.startOffset(log);
        if (position.nextOffset() < start) {
            throw new ChainException(
                    Kind.GAP,
                    "the replica goes on in log " + log + " at offset " + position.nextOffset()
                            + ", but that log begins at " + start + ": the records between were deleted."
                            + " This replica needs a full copy");
        }
        Optional<ChainException> lost = lostRecords(position, known -> Optional.of(reader.endOffset(known)));
        if (lost.isPresent()) {
            throw lost.get();
        }
    }

    private static ChainException lost(int log, long least, long end) {
        return new ChainException(
                Kind.DIVERGED,
                "the replica holds log " + log + " up to offset " + least + ", but the log ends at " + end
                        + ": the cluster lost acknowledged records. Restore them, or make a full copy");
    }

    private static void requireSame(Position position, RingReader reader) {
        reader.seek(position.log(), position.offset());
        RingEntry entry = first(reader, position);
        LogRecord record = entry.record();
        boolean sameNumbers = entry.offset() == position.offset()
                && record.term() == position.term()
                && record.epoch() == position.epoch().number()
                && record.sequence() == position.sequence();
        if (!sameNumbers || !isSameAppend(position, entry) || !isSameContent(position, record.body())) {
            throw new ChainException(
                    Kind.DIVERGED,
                    "the replica was flushed up to term " + position.term() + ", epoch "
                            + position.epoch().number() + ", sequence " + position.sequence() + " in log "
                            + position.log() + " at offset " + position.offset() + ", log time " + position.timeMs()
                            + "; there stands " + entry.describe() + ", log time " + entry.timeMs()
                            + ". This replica holds another history: make a full copy");
        }
    }

    /** The leader epoch is known to those who have read the record, not to the one who wrote it. */
    private static boolean isSameAppend(Position position, RingEntry entry) {
        boolean sameLeader =
                position.leaderEpoch() < 0 || entry.leaderEpoch() < 0 || position.leaderEpoch() == entry.leaderEpoch();
        return position.timeMs() == entry.timeMs() && sameLeader;
    }

    private static boolean isSameContent(Position position, LogBody body) {
        EpochProgress epoch = position.epoch();
        if (body instanceof LogBody.EpochEnd end) {
            return epoch.sealed()
                    && end.records() == epoch.records()
                    && end.bytes() == epoch.bytes()
                    && end.digest() == epoch.digest();
        }
        boolean sameWriter =
                !(body instanceof LogBody.TermBegin begin) || position.writer().equals(Optional.of(begin.replica()));
        return !epoch.sealed() && sameWriter;
    }

    private static RingEntry first(RingReader reader, Position position) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<RingEntry> entries = reader.poll(ATTEMPT);
            if (!entries.isEmpty()) {
                return entries.get(0);
            }
        }
        throw new TimeoutException("no record came from log " + position.log() + " at offset " + position.offset()
                + " within " + ATTEMPTS + " s; is the log's leader up?");
    }
}
