package io.ringmirror.schemas.avro;

import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.util.UUID;
import org.apache.avro.generic.GenericRecord;

/** {@link LogRecord} in {@code log-record.avsc}: each {@link LogBody} is the branch of its own name. */
public final class LogRecordMapping extends AvroMapping<LogRecord> {
    private final Branches bodies = new Branches(schema().getField("body").schema());

    public LogRecordMapping() {
        super(MirrorSchema.LOG_RECORD);
    }

    @Override
    public GenericRecord toAvro(LogRecord record) {
        return new Draft(schema())
                .put("mirrorId", record.mirrorId().map(UUID::toString).orElse(null))
                .put("term", record.term())
                .put("epoch", record.epoch())
                .put("sequence", record.sequence())
                .put("body", toAvro(record.body()))
                .done();
    }

    @Override
    LogRecord read(Fields fields) {
        return new LogRecord(
                fields.optionalUuid("mirrorId"),
                fields.longAt("term"),
                fields.longAt("epoch"),
                fields.longAt("sequence"),
                fields.optionalInner("body")
                        .map(LogRecordMapping::body)
                        .orElseThrow(() -> Branches.unknown("body", "null")));
    }

    private GenericRecord toAvro(LogBody body) {
        Draft draft = bodies.draftFor(body);
        if (body instanceof LogBody.Data data) {
            data(draft.put("volume", data.volume()).put("crc32c", data.crc32c()), data);
        } else if (body instanceof LogBody.TermBegin begin) {
            draft.put("server", begin.server()).putUuid("replica", begin.replica());
        } else if (body instanceof LogBody.EpochEnd end) {
            draft.put("records", end.records())
                    .put("bytes", end.bytes())
                    .put("digest", end.digest())
                    .put("nextLog", end.nextLog())
                    .put("nextOffset", end.nextOffset());
        } else if (body instanceof LogBody.BaselineBegin begin) {
            draft.putUuid("replica", begin.replica());
        } else if (body instanceof LogBody.BaselineEnd end) {
            draft.putUuid("replica", end.replica());
        }
        return draft.done();
    }

    private static void data(Draft draft, LogBody.Data data) {
        if (data instanceof LogBody.Write write) {
            draft.put("offsetBytes", write.offsetBytes()).put("data", write.data());
        } else if (data instanceof LogBody.WriteZeroes zeroes) {
            draft.put("offsetBytes", zeroes.offsetBytes()).put("lengthBytes", zeroes.lengthBytes());
        } else if (data instanceof LogBody.Discard discard) {
            draft.put("offsetBytes", discard.offsetBytes()).put("lengthBytes", discard.lengthBytes());
        } else if (data instanceof LogBody.Resize resize) {
            draft.put("sizeBytes", resize.sizeBytes());
        }
    }

    private static LogBody body(Fields in) {
        return switch (in.kind()) {
            case "Write" ->
                new LogBody.Write(in.text("volume"), in.longAt("offsetBytes"), in.bytes("data"), in.intAt("crc32c"));
            case "WriteZeroes" ->
                new LogBody.WriteZeroes(
                        in.text("volume"), in.longAt("offsetBytes"), in.longAt("lengthBytes"), in.intAt("crc32c"));
            case "Discard" ->
                new LogBody.Discard(
                        in.text("volume"), in.longAt("offsetBytes"), in.longAt("lengthBytes"), in.intAt("crc32c"));
            case "Resize" -> new LogBody.Resize(in.text("volume"), in.longAt("sizeBytes"), in.intAt("crc32c"));
            case "TermBegin" -> new LogBody.TermBegin(in.text("server"), in.uuid("replica"));
            case "EpochBegin" -> new LogBody.EpochBegin();
            case "EpochEnd" ->
                new LogBody.EpochEnd(
                        in.longAt("records"),
                        in.longAt("bytes"),
                        in.longAt("digest"),
                        in.intAt("nextLog"),
                        in.longAt("nextOffset"));
            case "BaselineBegin" -> new LogBody.BaselineBegin(in.uuid("replica"));
            case "BaselineEnd" -> new LogBody.BaselineEnd(in.uuid("replica"));
            case "Beat" -> new LogBody.Beat();
            default -> throw Branches.unknown("body", in.kind());
        };
    }
}
