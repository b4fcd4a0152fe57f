package io.ringmirror.simulation;

import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.replica.GroupOffsets;
import io.ringmirror.replica.RingEntry;
import io.ringmirror.replica.RingReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The ring as one process reads it. One that was opened before brokers lost records finds out when it reads on behind
 * them, as Kafka's consumer does by the leader epoch (KIP-320). Others go on while it asks. The end of a log is never told before its leader knows
 * it (KIP-207), while a fetch may see less than it did before, for a while.
 */
final class SimulatedReader implements RingReader, GroupOffsets {
    private static final int MOST_ENTRIES = 20;

    private final World world;
    private final SimulatedRing ring;
    private final SimulatedProcess process;
    private final boolean openedBeforeLoss;
    private int log;
    private long offset;

    SimulatedReader(World world, SimulatedRing ring, SimulatedProcess process) {
        this.world = world;
        this.ring = ring;
        this.process = process;
        this.openedBeforeLoss = !ring.hasLost();
    }

    @Override
    public void seek(int toLog, long toOffset) {
        process.requireAlive();
        log = toLog;
        offset = toOffset;
    }

    @Override
    public List<RingEntry> poll(Duration wait) {
        call();
        if (ring.isStalled() || world.chance().oneIn(4)) {
            world.pass(wait.toNanos() / world.chance().between(1, 50));
            return List.of();
        }
        SimulatedLog from = ring.log(log);
        boolean truncated = openedBeforeLoss && offset > from.lostFrom();
        if (truncated || offset < from.start() || offset > from.end()) {
            throw new ChainException(
                    Kind.GAP,
                    "log " + log + " holds offsets " + from.start() + " to " + from.end() + ", not " + offset);
        }
        int most = world.chance().between(1, MOST_ENTRIES);
        List<RingEntry> entries = from.entries(offset, most);
        offset = Math.max(offset, Math.min(from.visibleEnd(), offset + most));
        return entries;
    }

    @Override
    public long nextOffset() {
        process.requireAlive();
        return offset;
    }

    @Override
    public long startOffset(int ofLog) {
        ask();
        return ring.log(ofLog).start();
    }

    @Override
    public long endOffset(int ofLog) {
        ask();
        ring.log(ofLog).showAll();
        return ring.log(ofLog).highWatermark();
    }

    @Override
    public Map<Integer, Long> endOffsets(Collection<Integer> logs, Duration bound) {
        Map<Integer, Long> ends = new HashMap<>();
        for (int one : logs) {
            ends.put(one, endOffset(one));
        }
        return ends;
    }

    @Override
    public void commit(Map<Integer, Long> offsetsByLog, OffsetCommitCallback callback) {
        process.requireAlive();
        offsetsByLog.forEach((one, committed) -> world.require(
                ring.hasLost() || ring.isRemade() || committed <= ring.log(one).highWatermark(),
                "I2",
                "offset %d of log %d is committed, which ends at %d",
                committed,
                one,
                ring.log(one).highWatermark()));
        boolean fails = world.fault(world.conditions().networkFaultOneIn());
        callback.onComplete(Map.of(), fails ? new TimeoutException("not committed") : null);
    }

    @Override
    public void close() {
        process.requireAlive();
    }

    private void ask() {
        call();
        if (ring.isStalled() || world.fault(world.conditions().networkFaultOneIn() * 2)) {
            world.pass(500_000_000L);
            throw new TimeoutException("no broker answers");
        }
    }

    private void call() {
        process.requireAlive();
        process.mayDie();
        world.interleave();
        process.requireAlive();
    }
}
