package io.ringmirror.schemas;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * One record of a mirror's ring. Only {@linkplain LogBody.Data data} takes a new sequence; every other record
 * carries the sequence of the last data record before it, so that a gap shows at any record.
 *
 * @param mirrorId the mirror's id, present on every record that opens a term or an epoch
 * @param term the reign of the writer, from 1
 * @param epoch the flush epoch the record belongs to, from 1
 * @param sequence the number of this data record, from 1; for other records that of the last data record, or 0
 * @param body what the record says
 */
public record LogRecord(Optional<UUID> mirrorId, long term, long epoch, long sequence, LogBody body) {
    public LogRecord {
        Objects.requireNonNull(mirrorId, "mirrorId");
        Objects.requireNonNull(body, "body");
        Checks.atLeast("term", term, 1);
        Checks.atLeast("epoch", epoch, 1);
        Checks.atLeast("sequence", sequence, body instanceof LogBody.Data ? 1 : 0);
        if (body instanceof LogBody.Opening && mirrorId.isEmpty()) {
            throw new IllegalArgumentException(body.getClass().getSimpleName() + " must carry the mirror's id");
        }
    }
}
