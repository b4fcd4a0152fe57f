package io.ringmirror.producer;

import io.ringmirror.producer.BlockDevice.Completion;
import io.ringmirror.replica.RingEntry;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * One record on its way into a log: it keeps its number and its bytes until the log has it, however often it is sent.
 * The owner's thread holds it; the producer's thread writes the outcome of the try under way, once.
 */
final class Append implements RingProducer.Outcome {
    /** What a record costs beside its bytes, on the heap here and in the producer: many small ones add up. */
    static final int OVERHEAD_BYTES = 256;

    private final int log;
    private final LogRecord record;
    private final byte[] value;
    private final Runnable wake;
    private final List<Completion> waiting = new ArrayList<>(1);

    private long offset;
    private long timeMs;
    private Exception failure;
    private volatile boolean known;

    Append(int log, LogRecord record, byte[] value, Runnable wake) {
        this.log = log;
        this.record = record;
        this.value = value;
        this.wake = wake;
    }

    int log() {
        return log;
    }

    LogRecord record() {
        return record;
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
        return record.body() instanceof LogBody.EpochEnd;
    }

    /** Has somebody told when the log has this record and all before it. */
    void onAcknowledged(Completion completion) {
        waiting.add(completion);
    }

    /** How many are told then. */
    int waiting() {
        return waiting.size();
    }

    /** Tells them, in the order in which they came. */
    void complete(DeviceException problem) {
        waiting.forEach(completion -> completion.completed(problem));
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

    /** Where it stands, once the log has it. */
    RingEntry entry() {
        return new RingEntry(log, offset, -1, timeMs, value.length, record);
    }

    @Override
    public void appended(long atOffset, long atTimeMs) {
        offset = atOffset;
        timeMs = atTimeMs;
        known = true;
        wake.run();
    }

    @Override
    public void failed(Exception problem) {
        failure = problem;
        known = true;
        wake.run();
    }
}
