package io.ringmirror.schemas.avro;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** The records that events and statuses share: how far a replica is, and its trails. Stateless. */
final class ReplicaStates {
    private ReplicaStates() {}

    static GenericRecord toAvro(Schema schema, ReplicaState state) {
        return new Draft(schema)
                .putConstant("role", state.role())
                .put("flushedEpoch", state.flushedEpoch())
                .put("flushedSequence", state.flushedSequence())
                .put("flushedTimeMs", state.flushedTimeMs())
                .put("flushes", state.flushes())
                .put("appliedEpoch", state.appliedEpoch())
                .put("appliedSequence", state.appliedSequence())
                .put("appliedTimeMs", state.appliedTimeMs())
                .put("dirtyBytes", state.dirtyBytes())
                .put("unflushedTimeMs", state.unflushedTimeMs())
                .put("quietMs", state.quietMs())
                .put("undeleted", state.undeleted())
                .put("undeletedSinceMs", state.undeletedSinceMs())
                .putList("trails", state.trails(), ReplicaStates::trailToAvro)
                .done();
    }

    static ReplicaState read(Fields fields) {
        return new ReplicaState(
                fields.constant("role", Role.class),
                fields.longAt("flushedEpoch"),
                fields.longAt("flushedSequence"),
                fields.longAt("flushedTimeMs"),
                fields.longAt("flushes"),
                fields.longAt("appliedEpoch"),
                fields.longAt("appliedSequence"),
                fields.longAt("appliedTimeMs"),
                fields.longAt("dirtyBytes"),
                fields.longAt("unflushedTimeMs"),
                fields.longAt("quietMs"),
                fields.text("undeleted"),
                fields.longAt("undeletedSinceMs"),
                fields.list("trails").stream().map(ReplicaStates::readTrail).toList());
    }

    static GenericRecord trailToAvro(Schema schema, EpochTrail trail) {
        Draft draft = new Draft(schema)
                .put("log", trail.log())
                .put("epoch", trail.epoch())
                .put("firstOffset", trail.firstOffset());
        trail.seal().ifPresent(seal -> draft.putInner("seal", seal, ReplicaStates::sealToAvro));
        return draft.done();
    }

    static EpochTrail readTrail(Fields fields) {
        return new EpochTrail(
                fields.intAt("log"),
                fields.longAt("epoch"),
                fields.longAt("firstOffset"),
                fields.optionalInner("seal").map(ReplicaStates::readSeal));
    }

    private static GenericRecord sealToAvro(Schema schema, EpochTrail.Seal seal) {
        return new Draft(schema)
                .put("endOffset", seal.endOffset())
                .put("sequence", seal.sequence())
                .put("records", seal.records())
                .put("bytes", seal.bytes())
                .put("digest", seal.digest())
                .done();
    }

    private static EpochTrail.Seal readSeal(Fields fields) {
        return new EpochTrail.Seal(
                fields.longAt("endOffset"),
                fields.longAt("sequence"),
                fields.longAt("records"),
                fields.longAt("bytes"),
                fields.longAt("digest"));
    }
}
