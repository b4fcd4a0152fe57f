package io.ringmirror.torture;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.torture.Acknowledgements.Term;
import io.ringmirror.torture.Violations.Kind;
import java.nio.ByteBuffer;

/**
 * Takes the records of a ring in the order in which they are read and keeps its history, by rules of its own and not by
 * those that the servers share: one sequence without gaps, terms that only grow, epochs one after the other. Its one
 * thread takes; any thread asks for term and epoch.
 */
final class RingOrder {
    private final String mirror;
    private final RingHistory history;
    private final Acknowledgements acknowledgements;
    private final Violations violations;
    private volatile Term term = Term.NONE;
    private volatile long epoch;
    private long sealedEpoch;

    RingOrder(String mirror, RingHistory history, Acknowledgements acknowledgements, Violations violations) {
        this.mirror = mirror;
        this.history = history;
        this.acknowledgements = acknowledgements;
        this.violations = violations;
    }

    /** Where the next epoch is. */
    record Place(int log, long offset) {}

    Term term() {
        return term;
    }

    /** The last epoch that was opened. */
    long epoch() {
        return epoch;
    }

    /**
     * Takes a record; the place to read on at if it ends its epoch, else null.
     *
     * @param where names its place, for messages
     */
    Place take(LogRecord record, String where) {
        LogBody body = record.body();
        boolean left = record.epoch() <= sealedEpoch;
        if (record.term() < term.number() && !left) {
            violate(record, where, "is of an older term than " + term);
        }
        if (body instanceof LogBody.TermBegin begin) {
            begin(record, begin, where);
        } else if (record.term() > term.number()) {
            violate(record, where, "comes before the TermBegin of its term");
        }
        epoch = Math.max(epoch, record.epoch());
        if (body instanceof LogBody.Data data) {
            takeData(record, data, where);
        } else if (record.sequence() > history.sequence()) {
            violate(record, where, "names a sequence that is not in the ring");
        }
        if (body instanceof LogBody.EpochEnd end && record.epoch() == sealedEpoch + 1) {
            sealedEpoch = record.epoch();
            return new Place(end.nextLog(), end.nextOffset());
        }
        return null;
    }

    private void begin(LogRecord record, LogBody.TermBegin begin, String where) {
        if (record.term() <= term.number()) {
            if (record.term() == term.number() && !begin.server().equals(term.server())) {
                violate(record, where, "begins again what is " + term);
            }
            return;
        }
        if (record.term() != term.number() + 1) {
            violate(record, where, "does not follow " + term);
        }
        term = new Term(record.term(), begin.server());
    }

    private void takeData(LogRecord record, LogBody.Data data, String where) {
        long next = history.sequence() + 1;
        if (record.sequence() < next) {
            return;
        }
        if (record.sequence() > next) {
            violate(record, where, "is not the next after " + history.sequence());
            return;
        }
        if (data instanceof LogBody.Write write) {
            takeWrite(record, write, where);
        } else if (data instanceof LogBody.WriteZeroes zeroes) {
            takeZeroes(next, zeroes.volume(), zeroes.offsetBytes(), zeroes.lengthBytes());
        } else if (data instanceof LogBody.Discard discard) {
            takeZeroes(next, discard.volume(), discard.offsetBytes(), discard.lengthBytes());
        }
    }

    private void takeWrite(LogRecord record, LogBody.Write write, String where) {
        ByteBuffer data = write.data().slice();
        int blocks = data.remaining() / BlockContent.BLOCK_BYTES;
        long[] fingerprints = new long[blocks];
        for (int i = 0; i < blocks; i++) {
            ByteBuffer block = data.slice(i * BlockContent.BLOCK_BYTES, BlockContent.BLOCK_BYTES);
            fingerprints[i] = BlockContent.fingerprint(block);
            if (i == 0) {
                BlockContent.read(block)
                        .ifPresentOrElse(
                                stamp -> acknowledgements.logged(stamp.serial(), blocks, term),
                                () -> violate(record, where, "carries what no client wrote"));
            }
        }
        history.add(record.sequence(), TortureMirror.block(write.volume(), write.offsetBytes()), fingerprints);
    }

    private void takeZeroes(long sequence, String volume, long offsetBytes, long lengthBytes) {
        int blocks = Math.toIntExact(lengthBytes / BlockContent.BLOCK_BYTES);
        history.add(sequence, TortureMirror.block(volume, offsetBytes), new long[blocks]);
    }

    private void violate(LogRecord record, String where, String what) {
        violations.add(
                Kind.PREFIX,
                "mirror " + mirror + ", " + record.body().getClass().getSimpleName() + " at " + where + ", term "
                        + record.term() + ", epoch " + record.epoch() + ", sequence " + record.sequence() + ": "
                        + what);
    }
}
