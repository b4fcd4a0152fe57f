package io.ringmirror.schemas.avro;

import io.ringmirror.schemas.MirrorStatus;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** {@link MirrorStatus} in {@code mirror-status.avsc}. */
public final class MirrorStatusMapping extends AvroMapping<MirrorStatus> {
    public MirrorStatusMapping() {
        super(MirrorSchema.MIRROR_STATUS);
    }

    @Override
    public GenericRecord toAvro(MirrorStatus status) {
        return new Draft(schema())
                .put("mirror", status.mirror())
                .putUuid("mirrorId", status.mirrorId())
                .put("generation", status.generation())
                .put("term", status.term())
                .put("openEpoch", status.openEpoch())
                .put("sealedEpoch", status.sealedEpoch())
                .put("releasedEpoch", status.releasedEpoch())
                .put("divergedEpoch", status.divergedEpoch())
                .put("requiredLogs", status.requiredLogs())
                .put("deallocatedRecords", status.deallocatedRecords())
                .put("bound", status.bound())
                .putList("logs", status.logs(), MirrorStatusMapping::log)
                .putList("replicas", status.replicas(), MirrorStatusMapping::replica)
                .putConstant("verdict", status.verdict())
                .put("reason", status.reason())
                .put("toldMs", status.toldMs())
                .done();
    }

    @Override
    MirrorStatus read(Fields fields) {
        return new MirrorStatus(
                fields.text("mirror"),
                fields.uuid("mirrorId"),
                fields.longAt("generation"),
                fields.longAt("term"),
                fields.longAt("openEpoch"),
                fields.longAt("sealedEpoch"),
                fields.longAt("releasedEpoch"),
                fields.longAt("divergedEpoch"),
                fields.longAt("requiredLogs"),
                fields.longAt("deallocatedRecords"),
                fields.text("bound"),
                fields.list("logs").stream().map(MirrorStatusMapping::readLog).toList(),
                fields.list("replicas").stream()
                        .map(MirrorStatusMapping::readReplica)
                        .toList(),
                fields.constant("verdict", MirrorStatus.Verdict.class),
                fields.text("reason"),
                fields.longAt("toldMs"));
    }

    private static GenericRecord log(Schema schema, MirrorStatus.Log log) {
        return new Draft(schema)
                .putInner("trail", log.trail(), ReplicaStates::trailToAvro)
                .putConstant("state", log.state())
                .put("deallocatedEpoch", log.deallocatedEpoch())
                .done();
    }

    private static MirrorStatus.Log readLog(Fields fields) {
        return new MirrorStatus.Log(
                ReplicaStates.readTrail(fields.inner("trail")),
                fields.constant("state", MirrorStatus.LogState.class),
                fields.longAt("deallocatedEpoch"));
    }

    private static GenericRecord replica(Schema schema, MirrorStatus.ReplicaStatus replica) {
        return new Draft(schema)
                .put("server", replica.server())
                .putUuid("replicaId", replica.replicaId())
                .put("heardMs", replica.heardMs())
                .putInner("state", replica.state(), ReplicaStates::toAvro)
                .put("furthestEpoch", replica.furthestEpoch())
                .put("furthestSequence", replica.furthestSequence())
                .put("term", replica.term())
                .put("sinceMs", replica.sinceMs())
                .put("lagEpochs", replica.lagEpochs())
                .put("lagRecords", replica.lagRecords())
                .put("rpoMs", replica.rpoMs())
                .put("stopped", replica.stopped())
                .done();
    }

    private static MirrorStatus.ReplicaStatus readReplica(Fields fields) {
        return new MirrorStatus.ReplicaStatus(
                fields.text("server"),
                fields.uuid("replicaId"),
                fields.longAt("heardMs"),
                ReplicaStates.read(fields.inner("state")),
                fields.longAt("furthestEpoch"),
                fields.longAt("furthestSequence"),
                fields.longAt("term"),
                fields.longAt("sinceMs"),
                fields.longAt("lagEpochs"),
                fields.longAt("lagRecords"),
                fields.longAt("rpoMs"),
                fields.text("stopped"));
    }
}
