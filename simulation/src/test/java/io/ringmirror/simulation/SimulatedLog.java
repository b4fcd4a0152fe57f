package io.ringmirror.simulation;

import io.ringmirror.replica.RingEntry;
import io.ringmirror.schemas.LogRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * One log of a ring as its leader has it. What is below the high watermark stays for ever; what is above it may be lost
 * when the leader changes. Deleting moves the start, which a broker forgets when it crashes before it wrote that down;
 * the records themselves are kept for the checks.
 */
final class SimulatedLog {
    private final int number;
    private final List<Slot> slots = new ArrayList<>();
    private final Heard heard;
    private long start;
    private long durableStart;
    private long highWatermark;
    private long visibleEnd;
    private int leaderEpoch;
    private long lostFrom = Long.MAX_VALUE;

    /** What an offset holds; a marker if there is no record. {@code send} is whose outcome is not told yet. */
    private record Slot(LogRecord record, int sizeBytes, long timeMs, int leaderEpoch, SimulatedProducer.Send send) {}

    /** Told of every record that is in the log, once. */
    @FunctionalInterface
    interface Heard {
        void logged(int log, long offset, LogRecord record);
    }

    SimulatedLog(int number, Heard heard) {
        this.number = number;
        this.heard = heard;
    }

    /** Appends at the leader; returns the offset. */
    long append(LogRecord record, int sizeBytes, long timeMs, SimulatedProducer.Send send) {
        slots.add(new Slot(record, sizeBytes, timeMs, leaderEpoch, send));
        return end() - 1;
    }

    /** Ends a transaction here: brokers do so only with all in-sync replicas. */
    void appendMarker(long timeMs) {
        append(null, 0, timeMs, null);
        replicate(end());
    }

    /** The in-sync replicas have everything below this offset. */
    void replicate(long upTo) {
        while (highWatermark < upTo) {
            Slot slot = slots.get((int) highWatermark);
            highWatermark++;
            if (slot.record() != null) {
                heard.logged(number, highWatermark - 1, slot.record());
            }
        }
        visibleEnd = highWatermark;
    }

    /**
     * Another replica leads, which has less than the last leader had, and which does not know at first how much all
     * have; returns the sends that are to be sent again, in their order.
     */
    List<SimulatedProducer.Send> changeLeader(long truncatedTo, long visibleTo) {
        List<SimulatedProducer.Send> lost = new ArrayList<>();
        List<Slot> tail = slots.subList((int) truncatedTo, slots.size());
        tail.forEach(slot -> lost.add(slot.send()));
        tail.clear();
        visibleEnd = visibleTo;
        leaderEpoch++;
        return lost;
    }

    /** The new leader has learned what all have. */
    void showAll() {
        visibleEnd = highWatermark;
    }

    void deleteBefore(long offset) {
        start = Math.max(start, offset);
    }

    void writeStartDown() {
        durableStart = start;
    }

    void forgetStart() {
        start = durableStart;
    }

    /** All copies of it end there, and nothing of what came behind is left. */
    void loseFrom(long offset) {
        slots.subList((int) offset, slots.size()).clear();
        highWatermark = offset;
        visibleEnd = offset;
        start = Math.min(start, offset);
        durableStart = Math.min(durableStart, offset);
        leaderEpoch++;
        lostFrom = offset;
    }

    /** Where the last loss began; beyond all offsets if there was none. */
    long lostFrom() {
        return lostFrom;
    }

    /** For replaying everything there ever was. */
    void bringAllBack() {
        start = 0;
    }

    /** The entries from an offset on that readers see, up to so many offsets. */
    List<RingEntry> entries(long from, int most) {
        List<RingEntry> entries = new ArrayList<>();
        for (long offset = from; offset < Math.min(visibleEnd, from + most); offset++) {
            Slot slot = slots.get((int) offset);
            if (slot.record() != null) {
                entries.add(new RingEntry(
                        number, offset, slot.leaderEpoch(), slot.timeMs(), slot.sizeBytes(), slot.record()));
            }
        }
        return entries;
    }

    /** What stands at an offset; null for a marker. */
    LogRecord record(long offset) {
        return slots.get((int) offset).record();
    }

    int sizeBytes(long offset) {
        return slots.get((int) offset).sizeBytes();
    }

    long start() {
        return start;
    }

    long highWatermark() {
        return highWatermark;
    }

    long visibleEnd() {
        return visibleEnd;
    }

    /** The offset after the last record, replicated or not. */
    long end() {
        return slots.size();
    }
}
