package io.ringmirror.producer;

import io.ringmirror.replica.Chain;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Digest;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.util.Optional;
import java.util.UUID;

/**
 * Gives each record of this reign its term, epoch, log and sequence, and keeps the sums that the epoch's seal will state.
 * It is ahead of the {@link Chain}, which holds what the log has acknowledged, by the records on their way. The owner's
 * thread only.
 */
final class Numbering {
    private final UUID mirrorId;
    private final long term;
    private long epoch;
    private int log;
    private long sequence;
    private long records;
    private long bytes;
    private long digest;

    /** Goes on where the chain ends, in the next term: in the open epoch, or in a new one behind a seal. */
    Numbering(Chain chain) {
        Position end = chain.position();
        this.mirrorId = end.mirrorId();
        this.term = end.term() + 1;
        this.sequence = end.sequence();
        this.log = end.nextLog();
        if (end.epoch().sealed()) {
            begin(end.epoch().number() + 1, end.nextLog());
        } else {
            this.epoch = end.epoch().number();
            this.records = end.epoch().records();
            this.bytes = end.epoch().bytes();
            this.digest = end.epoch().digest();
        }
    }

    LogRecord termBegin(String server, UUID replica) {
        return opening(new LogBody.TermBegin(server, replica));
    }

    LogRecord data(LogBody.Data data) {
        next(data.crc32c(), data.payloadBytes());
        return new LogRecord(Optional.empty(), term, epoch, sequence, data);
    }

    /** Gives a data record the next number: {@link #sequence}. */
    void next(int crc32c, int payloadBytes) {
        sequence++;
        records++;
        bytes += payloadBytes;
        digest = Digest.next(digest, sequence, crc32c);
    }

    LogRecord beat() {
        return new LogRecord(Optional.empty(), term, epoch, sequence, new LogBody.Beat());
    }

    /** Ends the epoch; {@link #begin} follows. */
    LogRecord epochEnd(int nextLog, long nextOffset) {
        LogBody.EpochEnd end = new LogBody.EpochEnd(records, bytes, digest, nextLog, nextOffset);
        return new LogRecord(Optional.empty(), term, epoch, sequence, end);
    }

    /** Opens the epoch after the one just ended. */
    LogRecord epochBegin(int inLog) {
        begin(epoch + 1, inLog);
        return opening(new LogBody.EpochBegin());
    }

    /** The log of the open epoch. */
    int log() {
        return log;
    }

    long term() {
        return term;
    }

    long epoch() {
        return epoch;
    }

    /** Of the data record numbered last. */
    long sequence() {
        return sequence;
    }

    /** What the open epoch counts against the ring's most bytes so far. */
    long ringBytes() {
        return EpochTrail.ringBytes(records, bytes);
    }

    private void begin(long number, int inLog) {
        epoch = number;
        log = inLog;
        records = 0;
        bytes = 0;
        digest = Digest.EMPTY;
    }

    private LogRecord opening(LogBody.Opening body) {
        return new LogRecord(Optional.of(mirrorId), term, epoch, sequence, body);
    }
}
