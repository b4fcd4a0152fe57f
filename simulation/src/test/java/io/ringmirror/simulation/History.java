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
    private final Map<Unheard, LogBody.Data> behindHole = new HashMap<>();
    private long fences;
    private long highestTerm;
    private long term;
    private long epoch;
    private long sealedEpoch;
    private boolean rewritten;
    private History lost;

    /** A record, where it came into the log, and how many had fenced before. */
    private record Logged(int log, long offset, long fences, LogRecord record) {}

    /** The number of a change behind a hole, as the one who had fenced last gave it. */
    private record Unheard(long fences, long sequence) {}

    /** A range made zero: such changes have no content to be told by. */
    private record Range(String volume, long offsetBytes, long lengthBytes, boolean discard) {}

    History(World world) {
        this.world = world;
    }

    /** A record is in the log. After a loss some may be there that continue what was lost, and not this. */
    void logged(int log, long offset, LogRecord record) {
        logged(new Logged(log, offset, fences, record));
        if (lost != null) {
            lost.logged(log, offset, record);
        }
    }

    private void logged(Logged is) {
        records.add(is);
        if (!rewritten || continues(is.record())) {
            take(is);
        }
    }

    /** Somebody has fenced who was before: what stands behind a hole is void, and its numbers are free, in any term. */
    void fenced() {
        fences++;
        if (lost != null) {
            lost.fenced();
        }
    }

    /** Whether it is the next of this history, by term, epoch and number: of its writer, or of one who takes the role. */
    private boolean continues(LogRecord record) {
        boolean data = record.body() instanceof LogBody.Data;
        boolean begins = record.body() instanceof LogBody.TermBegin;
        boolean ofNow = begins ? record.term() == term + 1 : record.term() == term && writers.containsKey(term);
        boolean opens = record.body() instanceof LogBody.Opening && record.epoch() == sealedEpoch + 1;
        boolean inEpoch = opens || (record.epoch() == epoch && epoch > sealedEpoch);
        return ofNow && inEpoch && record.sequence() == sequence() + (data ? 1 : 0);
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
        behindHole.clear();
        highestTerm = 0;
        term = 0;
        epoch = 0;
        sealedEpoch = 0;
        records.addAll(kept);
        kept.forEach(this::take);
        rewritten = true;
        return from;
    }

    private History copy() {
        History copy = new History(world);
        records.forEach(copy::logged);
        copy.fences = fences;
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

    private void take(Logged is) {
        LogRecord record = is.record();
        world.require(
                record.term() >= highestTerm,
                "I3",
                "log %d offset %d has %s after a record of term %d",
                is.log(),
                is.offset(),
                record,
                highestTerm);
        highestTerm = record.term();
        if (record.body() instanceof LogBody.TermBegin begin) {
            begin(record, begin);
        } else if (isWhole(record)) {
            count(is);
        } else {
            behindHole(is);
        }
    }

    /** A new term goes on from what is whole. */
    private void begin(LogRecord record, LogBody.TermBegin begin) {
        UUID before = writers.putIfAbsent(record.term(), begin.replica());
        world.require(
                before == null || before.equals(begin.replica()),
                "I3",
                "term %d has two writers, %s and %s",
                record.term(),
                before,
                begin.replica());
        if (record.term() > term) {
            world.require(
                    record.sequence() == sequence() && record.term() == term + 1,
                    "I1",
                    "%s begins where term %d has %d changes",
                    record,
                    term,
                    sequence());
            term = record.term();
        }
        epoch = Math.max(epoch, record.epoch());
    }

    /** Whether everything before it is there: its term and its epoch have begun, and no number is missing. */
    private boolean isWhole(LogRecord record) {
        long next = record.body() instanceof LogBody.Data ? sequence() + 1 : sequence();
        boolean begun = record.epoch() <= epoch
                || (record.body() instanceof LogBody.EpochBegin && record.epoch() <= sealedEpoch + 1);
        return record.term() == term && begun && record.sequence() <= next;
    }

    private void count(Logged is) {
        LogRecord record = is.record();
        epoch = Math.max(epoch, record.epoch());
        if (record.body() instanceof LogBody.Data data) {
            change(is, data);
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
    }

    /** It was sent before its writer heard that one before it was refused: it does not count until it comes again. */
    private void behindHole(Logged is) {
        LogRecord record = is.record();
        world.require(
                record.body() instanceof LogBody.Data || record.body() instanceof LogBody.EpochEnd,
                "I1",
                "%s is in the log, which has only %d changes, term %d and epoch %d",
                record,
                sequence(),
                term,
                epoch);
        if (record.body() instanceof LogBody.Data data) {
            requireSame(record, behindHole.putIfAbsent(new Unheard(is.fences(), record.sequence()), data), data);
        }
    }

    private void change(Logged is, LogBody.Data data) {
        LogRecord record = is.record();
        requireSame(record, behindHole.get(new Unheard(is.fences(), record.sequence())), data);
        if (record.sequence() <= sequence()) {
            requireSame(record, changes.get((int) record.sequence() - 1), data);
            return;
        }
        changes.add(data);
        if (data instanceof LogBody.Write write) {
            stamps.add(write.data().getLong(write.data().position()));
        } else {
            zeroes.merge(range(data), 1, Integer::sum);
        }
    }

    private void requireSame(LogRecord record, LogBody.Data before, LogBody.Data data) {
        world.require(
                before == null || before.equals(data),
                "I1",
                "number %d was given to %s and to %s",
                record.sequence(),
                before,
                data);
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
