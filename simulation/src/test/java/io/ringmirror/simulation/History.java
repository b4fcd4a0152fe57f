package io.ringmirror.simulation;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What is in the log, in the order in which it came to be there, told by the log itself and by nothing of the code under
 * test: the one sequence that every replica must be a prefix of (I1, I2, I3).
 */
final class History {
    private final World world;
    private final List<Logged> records = new ArrayList<>();
    private final List<LogBody.Data> changes = new ArrayList<>();
    private final Set<Long> stamps = new HashSet<>();
    private final Map<Range, Integer> zeroes = new HashMap<>();
    private final Map<Long, LogBody.EpochEnd> seals = new HashMap<>();
    private final Map<Long, UUID> writers = new HashMap<>();
    private long term;
    private long epoch;
    private long sealedEpoch;
    private boolean rewritten;
    private History lost;

    /** A record and where it came into the log. */
    private record Logged(int log, long offset, LogRecord record) {}

    /** A range made zero: such changes have no content to be told by. */
    private record Range(String volume, long offsetBytes, long lengthBytes, boolean discard) {}

    History(World world) {
        this.world = world;
    }

    /** A record is in the log. After a loss some may be there that continue what was lost, and not this. */
    void logged(int log, long offset, LogRecord record) {
        records.add(new Logged(log, offset, record));
        if (!rewritten || continues(record)) {
            take(log, offset, record);
        }
        if (lost != null) {
            lost.logged(log, offset, record);
        }
    }

    private boolean continues(LogRecord record) {
        boolean data = record.body() instanceof LogBody.Data;
        boolean begins = record.body() instanceof LogBody.TermBegin;
        boolean ofNow = begins ? record.term() == term + 1 : record.term() == term && writers.containsKey(term);
        return ofNow && record.sequence() == sequence() + (data ? 1 : 0);
    }

    /** The last records are lost; returns from which offset on, by log. */
    Map<Integer, Long> forgetLast(int count) {
        lost = copy();
        List<Logged> kept = List.copyOf(records.subList(0, records.size() - count));
        Map<Integer, Long> from = new HashMap<>();
        records.subList(kept.size(), records.size()).forEach(lost -> from.merge(lost.log(), lost.offset(), Math::min));
        records.clear();
        changes.clear();
        stamps.clear();
        zeroes.clear();
        seals.clear();
        writers.clear();
        term = 0;
        epoch = 0;
        sealedEpoch = 0;
        records.addAll(kept);
        kept.forEach(is -> take(is.log(), is.offset(), is.record()));
        rewritten = true;
        return from;
    }

    private History copy() {
        History copy = new History(world);
        records.forEach(is -> copy.logged(is.log(), is.offset(), is.record()));
        copy.rewritten = true;
        return copy;
    }

    /** What it was before brokers lost the end of it, and what continued that; only after a loss. */
    History lost() {
        return lost;
    }

    /** How many records there are. */
    int size() {
        return records.size();
    }

    private void take(int log, long offset, LogRecord record) {
        world.require(
                record.term() >= term,
                "I3",
                "log %d offset %d has %s after a record of term %d",
                log,
                offset,
                record,
                term);
        term = record.term();
        epoch = Math.max(epoch, record.epoch());
        if (record.body() instanceof LogBody.Data data) {
            change(record, data);
        } else if (record.body() instanceof LogBody.TermBegin begin) {
            UUID before = writers.putIfAbsent(term, begin.replica());
            world.require(
                    before == null || before.equals(begin.replica()),
                    "I3",
                    "term %d has two writers, %s and %s",
                    term,
                    before,
                    begin.replica());
        } else if (record.body() instanceof LogBody.EpochEnd end) {
            LogBody.EpochEnd before = seals.putIfAbsent(record.epoch(), end);
            world.require(
                    before == null || before.equals(end) || rewritten,
                    "I7",
                    "epoch %d has two seals, %s and %s",
                    epoch,
                    before,
                    end);
            sealedEpoch = Math.max(sealedEpoch, record.epoch());
        }
        world.require(
                record.sequence() <= sequence(),
                "I1",
                "%s is in the log, which has only %d changes",
                record,
                sequence());
    }

    private void change(LogRecord record, LogBody.Data data) {
        world.require(record.sequence() <= sequence() + 1, "I1", "%s follows sequence %d: a gap", record, sequence());
        if (record.sequence() <= sequence()) {
            world.require(
                    changes.get((int) record.sequence() - 1).equals(data),
                    "I1",
                    "number %d was given to %s and to %s",
                    record.sequence(),
                    changes.get((int) record.sequence() - 1),
                    data);
            return;
        }
        changes.add(data);
        if (data instanceof LogBody.Write write) {
            stamps.add(write.data().getLong(write.data().position()));
        } else {
            zeroes.merge(range(data), 1, Integer::sum);
        }
    }

    private static Range range(LogBody.Data data) {
        if (data instanceof LogBody.WriteZeroes zero) {
            return new Range(zero.volume(), zero.offsetBytes(), zero.lengthBytes(), false);
        }
        LogBody.Discard discard = (LogBody.Discard) data;
        return new Range(discard.volume(), discard.offsetBytes(), discard.lengthBytes(), true);
    }

    /** Whether a write with this stamp in its first eight bytes is in the log. */
    boolean hasWrite(long stamp) {
        return stamps.contains(stamp);
    }

    /** How often such a range of zeroes is in the log. */
    int countZeroes(String volume, long offsetBytes, long lengthBytes, boolean discard) {
        return zeroes.getOrDefault(new Range(volume, offsetBytes, lengthBytes, discard), 0);
    }

    /** The change with this number, from 1. */
    LogBody.Data change(long sequence) {
        return changes.get((int) sequence - 1);
    }

    /** The last number in the log. */
    long sequence() {
        return changes.size();
    }

    long term() {
        return term;
    }

    /** Who wrote the TermBegin of the last term, or is to write the first. */
    UUID owner(Definition definition) {
        return term == 0
                ? definition.replicaOf(definition.source()).orElseThrow().replicaId()
                : writers.get(term);
    }

    long epoch() {
        return epoch;
    }

    /** The last epoch whose seal is in the log. */
    long sealedEpoch() {
        return sealedEpoch;
    }
}
