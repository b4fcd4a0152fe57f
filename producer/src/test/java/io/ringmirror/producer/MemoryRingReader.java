package io.ringmirror.producer;

import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.RingEntry;
import io.ringmirror.replica.RingReader;
import io.ringmirror.schemas.LogRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reads the logs of a {@link MemoryRing}, as far as they are there when it is asked. */
final class MemoryRingReader implements RingReader {
    private final MemoryRing ring;
    private int log;
    private long next;

    MemoryRingReader(MemoryRing ring) {
        this.ring = ring;
    }

    @Override
    public void seek(int toLog, long offset) {
        log = toLog;
        next = offset;
    }

    @Override
    public List<RingEntry> poll(Duration wait) {
        if (next > endOffset(log)) {
            throw new ChainException(ChainException.Kind.GAP, "log " + log + " ends below " + next);
        }
        List<LogRecord> records = ring.log(log);
        int from = (int) next;
        next = records.size();
        return IntStream.range(from, records.size())
                .mapToObj(offset -> new RingEntry(log, offset, 0, MemoryRing.TIME_MS, 1, records.get(offset)))
                .toList();
    }

    @Override
    public long nextOffset() {
        return next;
    }

    @Override
    public long startOffset(int ofLog) {
        return 0;
    }

    @Override
    public long endOffset(int ofLog) {
        return ring.log(ofLog).size();
    }

    @Override
    public Map<Integer, Long> endOffsets(Collection<Integer> ofLogs, Duration bound) {
        return ofLogs.stream().collect(Collectors.toMap(ofLog -> ofLog, this::endOffset));
    }

    @Override
    public void close() {}
}
