package io.ringmirror.replica;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.errors.TimeoutException;

/** The committed offsets of a server's group, which people watch and nothing reads. One thread, the owner's. */
public interface GroupOffsets {
    /**
     * The end offsets of several logs, asked at once.
     *
     * @throws TimeoutException if no broker answers within the bound
     */
    Map<Integer, Long> endOffsets(Collection<Integer> logs, Duration bound);

    /** Sends offsets by log to the group, without waiting; the callback is told on this thread, at once or later. */
    void commit(Map<Integer, Long> offsetsByLog, OffsetCommitCallback callback);
}
