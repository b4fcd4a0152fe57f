package io.ringmirror.replica;

import io.ringmirror.schemas.LogRecord;
import java.util.Objects;

/**
 * A record and where it stands in the ring.
 *
 * @param log the log (partition)
 * @param offset its offset there
 * @param leaderEpoch Kafka's leader epoch of its batch, or -1 where unknown
 * @param timeMs log-append time, milliseconds since the epoch
 * @param sizeBytes its serialized size
 * @param record what it says
 */
public record RingEntry(int log, long offset, int leaderEpoch, long timeMs, int sizeBytes, LogRecord record)
        implements LogEntry {
    public RingEntry {
        Objects.requireNonNull(record, "record");
        if (log < 0 || offset < 0) {
            throw new IllegalArgumentException("log " + log + ", offset " + offset + ": neither may be below 0");
        }
    }

    @Override
    public long term() {
        return record.term();
    }

    @Override
    public long epoch() {
        return record.epoch();
    }

    @Override
    public long sequence() {
        return record.sequence();
    }

    @Override
    public String kind() {
        return record.body().getClass().getSimpleName();
    }
}
