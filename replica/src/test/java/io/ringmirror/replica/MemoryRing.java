package io.ringmirror.replica;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.schemas.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;

/**
 * A ring in memory, for tests: each log is a list in which records and transaction markers take an offset each. It can be
 * deleted from, cut short and tampered with. Thread-safe; each of its readers is for one thread.
 */
public final class MemoryRing {
    private static final int MAX_POLL = 7;

    private final List<Log> logs = new ArrayList<>();
    private Map<Integer, Long> committed = Map.of();

    /** Makes a ring of so many empty logs. */
    public MemoryRing(int logs) {
        grow(logs);
    }

    /** A log: {@code slots} by offset, null for a marker; readers see those from {@code startOffset} on. */
    private static final class Log {
        private final List<LogRecord> slots = new ArrayList<>();
        private long startOffset;
    }

    /** Makes the ring have so many logs. */
    public synchronized void grow(int size) {
        while (logs.size() < size) {
            logs.add(new Log());
        }
    }

    /** Appends a record and says where it stands; its log time is its offset. */
    public synchronized RingEntry append(int log, LogRecord record) {
        logs.get(log).slots.add(record);
        return entry(log, endOffset(log) - 1, record);
    }

    /** Appends a transaction marker: it takes an offset and nobody sees it. */
    public synchronized void marker(int log) {
        logs.get(log).slots.add(null);
    }

    /** Deletes what stands below an offset. */
    public synchronized void deleteBefore(int log, long offset) {
        logs.get(log).startOffset = offset;
    }

    /** The brokers lose everything from an offset on. */
    public synchronized void loseFrom(int log, long offset) {
        List<LogRecord> slots = logs.get(log).slots;
        slots.subList((int) offset, slots.size()).clear();
    }

    /** Puts another record, or with null a marker, where one stands. */
    public synchronized void tamper(int log, long offset, LogRecord record) {
        logs.get(log).slots.set((int) offset, record);
    }

    /** Everything that a log holds, in order. */
    public synchronized List<RingEntry> entries(int log) {
        List<LogRecord> slots = logs.get(log).slots;
        return IntStream.range((int) logs.get(log).startOffset, slots.size())
                .filter(offset -> slots.get(offset) != null)
                .mapToObj(offset -> entry(log, offset, slots.get(offset)))
                .toList();
    }

    public synchronized long startOffset(int log) {
        return logs.get(log).startOffset;
    }

    public synchronized long endOffset(int log) {
        return logs.get(log).slots.size();
    }

    public synchronized int logs() {
        return logs.size();
    }

    /** What was committed last through any reader, by log. */
    public synchronized Map<Integer, Long> committed() {
        return committed;
    }

    /** Opens a reader; it never waits. */
    public Reader reader() {
        return new Reader();
    }

    private synchronized void commit(Map<Integer, Long> offsets) {
        Map<Integer, Long> all = new HashMap<>(committed);
        all.putAll(offsets);
        committed = Map.copyOf(all);
    }

    private static RingEntry entry(int log, long offset, LogRecord record) {
        return new RingEntry(log, offset, 0, offset, 100, record);
    }

    /** A reader of the ring, as {@link KafkaRingReader} is of Kafka's. */
    public final class Reader implements RingReader, GroupOffsets {
        private int log;
        private long offset;
        private boolean closed;

        @Override
        public void seek(int toLog, long toOffset) {
            log = toLog;
            offset = toOffset;
        }

        @Override
        public List<RingEntry> poll(Duration wait) {
            synchronized (MemoryRing.this) {
                if (offset < startOffset(log) || offset > endOffset(log)) {
                    throw new ChainException(
                            Kind.GAP,
                            "log " + log + " holds offsets " + startOffset(log) + " to " + endOffset(log) + ", not "
                                    + offset);
                }
                List<RingEntry> next = entries(log).stream()
                        .filter(entry -> entry.offset() >= offset)
                        .limit(MAX_POLL)
                        .toList();
                offset = next.size() < MAX_POLL
                        ? endOffset(log)
                        : next.get(MAX_POLL - 1).offset() + 1;
                return next;
            }
        }

        @Override
        public long nextOffset() {
            return offset;
        }

        @Override
        public long startOffset(int ofLog) {
            return MemoryRing.this.startOffset(ofLog);
        }

        @Override
        public long endOffset(int ofLog) {
            return MemoryRing.this.endOffset(ofLog);
        }

        @Override
        public Map<Integer, Long> endOffsets(Collection<Integer> ofLogs, Duration bound) {
            return ofLogs.stream().collect(Collectors.toMap(one -> one, this::endOffset));
        }

        @Override
        public void commit(Map<Integer, Long> offsetsByLog, OffsetCommitCallback callback) {
            MemoryRing.this.commit(offsetsByLog);
            callback.onComplete(Map.of(), null);
        }

        /** Whether it was closed. */
        public boolean closed() {
            return closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
