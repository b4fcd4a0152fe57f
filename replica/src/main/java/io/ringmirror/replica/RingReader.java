package io.ringmirror.replica;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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

    /** The end offsets of several logs, at once where that can be done. */
    default Map<Integer, Long> endOffsets(Collection<Integer> logs) {
        return logs.stream().collect(Collectors.toMap(log -> log, this::endOffset));
    }

    /** The logs that the ring has now. */
    int logs();

    @Override
    void close();
}
