package io.ringmirror.producer;

import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.serde.MirrorSerdes;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The logs of a ring in memory, with one producer: what is sent waits until the test says how it ends. Like a broker it
 * keeps, of appends that failed, a prefix or nothing, and like one it tells outcomes in the order of the calls. Stepped
 * by the test's thread.
 */
final class MemoryRing implements RingProducer {
    static final String TOPIC = "ringmirror.demo.log";

    /** When every append is said to have come. */
    static final long TIME_MS = 1_000;

    private static final Deserializer<LogRecord> READER =
            MirrorSerdes.configured(Map.of()).logRecords().deserializer();

    private final List<List<ByteBuffer>> logs = new ArrayList<>();
    private final Deque<Sent> underWay = new ArrayDeque<>();
    private final Deque<Exception> callsToFail = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();
    private int reachable;
    private boolean appendsAtOnce;
    private boolean fenced;
    private Runnable lossAtFence = () -> {};

    private record Sent(int log, ByteBuffer value, Outcome outcome) {}

    MemoryRing(int logs) {
        grow(logs);
        reach(logs);
    }

    /** Makes logs; the producer does not see them before {@link #reach}. */
    int grow(int size) {
        while (logs.size() < size) {
            logs.add(new ArrayList<>());
        }
        return logs.size();
    }

    void reach(int size) {
        reachable = size;
    }

    /** From now on every append ends well before {@link #send} returns. */
    void appendAtOnce(boolean atOnce) {
        appendsAtOnce = atOnce;
        append(underWay.size());
    }

    /** Another producer takes over: nothing of this one gets in any more. */
    void fenceOut() {
        fenced = true;
        fail(0, new ProducerFencedException("told to be fenced"));
    }

    /** The next blocking calls fail, one for each exception. */
    void failCalls(Exception... failures) {
        callsToFail.addAll(List.of(failures));
    }

    /** So many of the appends under way end well. */
    void append(int count) {
        for (int i = 0; i < count; i++) {
            Sent sent = underWay.remove();
            sent.outcome().appended(put(sent), TIME_MS, false);
        }
    }

    /** The only append under way ends well, and the producer says that it was the last. */
    void appendLast() {
        Sent sent = underWay.remove();
        sent.outcome().appended(put(sent), TIME_MS, underWay.isEmpty());
    }

    /** All appends under way end badly, though the first {@code landed} of them are in the log. */
    void fail(int landed, Exception failure) {
        for (int i = 0; !underWay.isEmpty(); i++) {
            Sent sent = underWay.remove();
            if (i < landed) {
                put(sent);
            }
            sent.outcome().failed(failure);
        }
    }

    int underWay() {
        return underWay.size();
    }

    /** The log of the append that was handed over last. */
    int lastLog() {
        return underWay.getLast().log();
    }

    /** The ring as a broker has it that has lost the last records of a log. */
    MemoryRing without(int last, int log) {
        MemoryRing shorter = new MemoryRing(logs.size());
        for (int i = 0; i < logs.size(); i++) {
            List<ByteBuffer> held = logs.get(i);
            shorter.logs.get(i).addAll(held.subList(0, held.size() - (i == log ? last : 0)));
        }
        return shorter;
    }

    /** Brokers lose the last records of a log, and go on where they were. */
    void lose(int last, int log) {
        List<ByteBuffer> held = logs.get(log);
        held.subList(held.size() - last, held.size()).clear();
    }

    /** While they fence the brokers lose the last record of a log, and its place is taken by the first one, sent again. */
    void loseLastWhileFencing(int log) {
        lossAtFence =
                () -> logs.get(log).set(logs.get(log).size() - 1, logs.get(log).get(0));
    }

    /** What a log holds. */
    List<LogRecord> log(int log) {
        return logs.get(log).stream()
                .map(value -> READER.deserialize(TOPIC, new RecordHeaders(), value.duplicate()))
                .toList();
    }

    /** The last record of a log. */
    LogRecord last(int log) {
        List<LogRecord> records = log(log);
        return records.get(records.size() - 1);
    }

    /** Names of the blocking calls so far, whatever became of them. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public void fence() {
        calls.add("fence");
        lossAtFence.run();
    }

    @Override
    public boolean send(int log, byte[] value, Outcome outcome) {
        if (log >= reachable) {
            return false;
        }
        underWay.add(new Sent(log, ByteBuffer.wrap(value), outcome));
        if (fenced) {
            fail(0, new ProducerFencedException("told to be fenced"));
        } else if (appendsAtOnce) {
            append(underWay.size());
        }
        return true;
    }

    @Override
    public void renew() throws FencedException {
        fail(0, new IllegalStateException("given up"));
        if (fenced) {
            throw new FencedException("told to be fenced", null);
        }
        begin("renew");
    }

    @Override
    public int logs() {
        return reachable;
    }

    @Override
    public void close() {
        begin("close");
    }

    private void begin(String call) {
        calls.add(call);
        Exception failure = callsToFail.poll();
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    private long put(Sent sent) {
        List<ByteBuffer> log = logs.get(sent.log());
        long offset = log.size();
        log.add(sent.value());
        return offset;
    }
}
