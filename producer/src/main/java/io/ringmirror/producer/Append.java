package io.ringmirror.producer;

import io.ringmirror.producer.BlockDevice.Completion;
import io.ringmirror.replica.Chain;
import io.ringmirror.replica.DataEntry;
import io.ringmirror.replica.RingEntry;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * One record on its way into a log: it keeps its number and its bytes until the log has it, however often it is sent.
 * The owner's thread holds it; the producer's thread writes the outcome of the try under way, once. There is one for each
 * write, and nothing else beside the bytes, so a data record is kept as its numbers only.
 */
final class Append implements RingProducer.Outcome, DataEntry {
    /** What a record costs beside its bytes, on the heap here and in the producer: many small ones add up. */
    static final int OVERHEAD_BYTES = 256;

    private static final int UNKNOWN_LEADER_EPOCH = -1;

    private final int log;
    private final long term;
    private final long epoch;
    private final long sequence;
    private final int crc32c;
    private final int payloadBytes;
    private final byte[] value;
    private final Told told;

    /** What it says, unless it is a data record. */
    private final LogRecord record;

    private long handedOverNs;

    private Completion first;

    /** Who waits beside the first one; null while nobody does. */
    private List<Completion> others;

    private long offset;
    private long timeMs;
    private Exception failure;
    private volatile boolean known;

    /** A record of any kind. */
    Append(int log, LogRecord record, byte[] value, Told told) {
        LogBody.Data data = record.body() instanceof LogBody.Data body ? body : null;
        this.log = log;
        this.term = record.term();
        this.epoch = record.epoch();
        this.sequence = record.sequence();
        this.crc32c = data == null ? 0 : data.crc32c();
        this.payloadBytes = data == null ? 0 : data.payloadBytes();
        this.record = data == null ? record : null;
        this.value = value;
        this.told = told;
    }

    /** The data record numbered last. */
    Append(Numbering number, int crc32c, int payloadBytes, byte[] value, Told told) {
        this.log = number.log();
        this.term = number.term();
        this.epoch = number.epoch();
        this.sequence = number.sequence();
        this.crc32c = crc32c;
        this.payloadBytes = payloadBytes;
        this.record = null;
        this.value = value;
        this.told = told;
    }

    byte[] value() {
        return value;
    }

    /** What it counts against the bound on records under way. */
    int sizeBytes() {
        return value.length + OVERHEAD_BYTES;
    }

    /** Nothing is sent behind a seal before the log has it: the next epoch exists only then. */
    boolean seals() {
        return record != null && record.body() instanceof LogBody.EpochEnd;
    }

    /** Whether it may be the first record of its log. */
    boolean opens() {
        return record != null && record.body() instanceof LogBody.Opening;
    }

    /** Has somebody told when the log has this record and all before it. */
    void onAcknowledged(Completion completion) {
        if (first == null) {
            first = completion;
            return;
        }
        if (others == null) {
            others = new ArrayList<>();
        }
        others.add(completion);
    }

    /** Tells those now that it failed who do not want to know any more. */
    void refuseUnwanted(DeviceException why) {
        if (others != null) {
            others.removeIf(completion -> isRefused(completion, why));
        }
        if (first != null && isRefused(first, why)) {
            first = others == null || others.isEmpty() ? null : others.remove(0);
        }
    }

    private static boolean isRefused(Completion completion, DeviceException why) {
        boolean unwanted = !completion.wanted();
        if (unwanted) {
            completion.completed(why);
        }
        return unwanted;
    }

    /** How many are told then. */
    int waiting() {
        return (first == null ? 0 : 1) + (others == null ? 0 : others.size());
    }

    /** Tells them, in the order in which they came. */
    void complete(DeviceException problem) {
        if (first != null) {
            first.completed(problem);
        }
        if (others != null) {
            others.forEach(completion -> completion.completed(problem));
        }
    }

    /** It goes to the producer now, perhaps again. */
    void handOver(long nowNs) {
        handedOverNs = nowNs;
    }

    /** When it went to the producer last. */
    long handedOverNs() {
        return handedOverNs;
    }

    /** Forgets the last try. */
    void reset() {
        failure = null;
        known = false;
    }

    boolean known() {
        return known;
    }

    Exception failure() {
        return failure;
    }

    /** Takes the chain past it, once the log has it. Returns what there is to tell of it; null for a data record. */
    RingEntry follow(Chain chain) {
        if (record == null) {
            chain.follow(this);
            return null;
        }
        RingEntry entry = new RingEntry(log, offset, UNKNOWN_LEADER_EPOCH, timeMs, value.length, record);
        chain.follow(entry);
        return entry;
    }

    @Override
    public int log() {
        return log;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public int leaderEpoch() {
        return UNKNOWN_LEADER_EPOCH;
    }

    @Override
    public long timeMs() {
        return timeMs;
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public String kind() {
        return "data record";
    }

    @Override
    public int crc32c() {
        return crc32c;
    }

    @Override
    public int payloadBytes() {
        return payloadBytes;
    }

    @Override
    public void appended(long atOffset, long atTimeMs, boolean last) {
        offset = atOffset;
        timeMs = atTimeMs;
        known = true;
        told.outcome(last);
    }

    @Override
    public void failed(Exception problem) {
        failure = problem;
        known = true;
        told.outcome(false);
    }

    /** Whoever has to go on when an outcome is known; from the producer's thread. */
    @FunctionalInterface
    interface Told {
        /**
         * The outcome of one record is known.
         *
         * @param last whether nothing else that was handed over is under way
         */
        void outcome(boolean last);
    }
}
