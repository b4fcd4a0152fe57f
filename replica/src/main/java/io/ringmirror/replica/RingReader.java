package io.ringmirror.replica;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads the logs of one ring: the port through which a follower sees Kafka. One thread, the owner's. Everything in a
 * log counts, whatever the outcome of its transaction; transaction markers are passed over unseen.
 */
public interface RingReader extends AutoCloseable {
    /** Reads on from this place; nothing is fetched yet. */
    void seek(int log, long offset);

    /**
     * The next entries of the log last sought, in order; empty if none came within the wait.
     *
     * @throws ChainException kind GAP if the place is outside the log: deleted beneath it, or the log is shorter
     * @throws ChainException kind CORRUPT if a record cannot be read; the message names log and offset
     */
    List<RingEntry> poll(Duration wait);

    /** The offset after the last entry or marker seen in the log last sought. */
    long nextOffset();

    /** The first offset that the log still holds. */
    long startOffset(int log);

    /** The offset after the last record in the log (its high watermark). */
    long endOffset(int log);

    /**
     * The end offsets of several logs, asked at once.
     *
     * @throws TimeoutException if no broker answers within the bound
     */
    Map<Integer, Long> endOffsets(Collection<Integer> logs, Duration bound);

    @Override
    void close();
}
