package io.ringmirror.replica;

import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.Digest;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes into a {@link MemoryRing} what sources would, for tests: terms, epochs over rotating logs, and, where told,
 * records sent again as after an aborted transaction.
 */
public final class RingScript {
    public static final UUID MIRROR_ID = new UUID(7, 7);
    public static final String VOLUME = "disk";

    private final MemoryRing ring;
    private final Map<Integer, Long> sealOffsets = new HashMap<>();
    private final List<LogRecord> mayRepeat = new ArrayList<>();
    private final List<LogRecord> plain = new ArrayList<>();
    private UUID writer;
    private long term;
    private long epoch;
    private boolean sealed = true;
    private int log;
    private int nextLog;
    private long sequence;
    private long records;
    private long bytes;
    private long digest = Digest.EMPTY;

    public RingScript(MemoryRing ring) {
        this.ring = ring;
    }

    /** Takes the role: in the open epoch, or in a new one behind a seal. */
    public RingEntry term(UUID replica) {
        writer = replica;
        term++;
        mayRepeat.clear();
        if (sealed) {
            open();
        }
        return append(opening(new LogBody.TermBegin("berlin", replica)));
    }

    /** Opens the next epoch, unless one is open. */
    public RingScript begin() {
        if (term == 0) {
            term(new UUID(1, 1));
        } else if (sealed) {
            mayRepeat.clear();
            open();
            append(opening(new LogBody.EpochBegin()));
        }
        return this;
    }

    /** Writes bytes that follow from the sequence. */
    public RingEntry write(String volume, long offsetBytes, int lengthBytes) {
        byte[] data = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            data[i] = (byte) ((sequence + 1) * 31 + i * 7L);
        }
        ByteBuffer buffer = ByteBuffer.wrap(data);
        return data(new LogBody.Write(volume, offsetBytes, buffer, Crc.of(buffer)));
    }

    /** Writes a sector into the volume. */
    public RingEntry write() {
        return write(VOLUME, 512 * (sequence % 64), 512);
    }

    public RingEntry zero(String volume, long offsetBytes, long lengthBytes) {
        return data(new LogBody.WriteZeroes(volume, offsetBytes, lengthBytes, Crc.ofRange(offsetBytes, lengthBytes)));
    }

    public RingEntry discard(String volume, long offsetBytes, long lengthBytes) {
        return data(new LogBody.Discard(volume, offsetBytes, lengthBytes, Crc.ofRange(offsetBytes, lengthBytes)));
    }

    /** Appends any change as the next record. */
    public RingEntry data(LogBody.Data data) {
        begin();
        sequence++;
        records++;
        bytes += data instanceof LogBody.Write write ? write.data().remaining() : 0;
        digest = Digest.next(digest, sequence, data.crc32c());
        return append(record(data));
    }

    public RingEntry beat() {
        begin();
        return append(record(new LogBody.Beat()));
    }

    /** Seals the epoch and goes on in the log after this one. */
    public RingEntry seal() {
        return seal((log + 1) % ring.logs());
    }

    /** Seals the epoch and goes on in another log. */
    public RingEntry seal(int inLog) {
        begin();
        nextLog = inLog;
        RingEntry seal = append(
                record(new LogBody.EpochEnd(records, bytes, digest, inLog, sealOffsets.getOrDefault(inLog, 0L))));
        sealOffsets.put(log, seal.offset() + 1);
        sealed = true;
        return seal;
    }

    /** Sends the last records of this reign and epoch again, in their order, as after an abort. */
    public void repeat(int most) {
        List<LogRecord> again = mayRepeat.subList(Math.max(0, mayRepeat.size() - most), mayRepeat.size());
        again.forEach(record -> ring.append(log, record));
    }

    /** A writer that saw its last seal acknowledged, and not its first, looks for the next epoch behind the last. */
    public void countTheLastSeal() {
        if (sealed && term > 0) {
            sealOffsets.put(log, ring.endOffset(log));
        }
    }

    public void marker() {
        ring.marker(log);
    }

    /** Every record once, in order. */
    public List<LogRecord> plain() {
        return List.copyOf(plain);
    }

    public int log() {
        return log;
    }

    public long term() {
        return term;
    }

    public long epoch() {
        return epoch;
    }

    public long sequence() {
        return sequence;
    }

    /** A record of the script's term, epoch and sequence, appended nowhere. */
    public LogRecord record(LogBody body) {
        return new LogRecord(Optional.empty(), term, epoch, sequence, body);
    }

    /** As {@link #record}, with the mirror's id. */
    public LogRecord opening(LogBody.Opening body) {
        return new LogRecord(Optional.of(MIRROR_ID), term, epoch, sequence, body);
    }

    public UUID writer() {
        return writer;
    }

    private void open() {
        epoch++;
        sealed = false;
        log = nextLog;
        records = 0;
        bytes = 0;
        digest = Digest.EMPTY;
    }

    private RingEntry append(LogRecord record) {
        mayRepeat.add(record);
        plain.add(record);
        return ring.append(log, record);
    }
}
