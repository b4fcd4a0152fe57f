package io.ringmirror.schemas.avro;

import io.ringmirror.schemas.Definition;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** {@link Definition} in {@code definition.avsc}. */
public final class DefinitionMapping extends AvroMapping<Definition> {
    public DefinitionMapping() {
        super(MirrorSchema.DEFINITION);
    }

    @Override
    public GenericRecord toAvro(Definition definition) {
        return new Draft(schema())
                .put("mirror", definition.mirror())
                .putUuid("mirrorId", definition.mirrorId())
                .put("generation", definition.generation())
                .put("createdMs", definition.createdMs())
                .put("source", definition.source())
                .putList("volumes", definition.volumes(), DefinitionMapping::volume)
                .putList("replicas", definition.replicas(), DefinitionMapping::replica)
                .putInner("ring", definition.ring(), DefinitionMapping::ring)
                .put("retentionMs", definition.retentionMs())
                .put("fence", definition.fence().number())
                .put("fenceClosing", definition.fence().closing())
                .done();
    }

    @Override
    Definition read(Fields fields) {
        Fields ring = fields.inner("ring");
        return new Definition(
                fields.text("mirror"),
                fields.uuid("mirrorId"),
                fields.longAt("generation"),
                fields.longAt("createdMs"),
                fields.text("source"),
                fields.list("volumes").stream()
                        .map(in -> new Definition.Volume(in.text("name"), in.longAt("sizeBytes")))
                        .toList(),
                fields.list("replicas").stream()
                        .map(in -> new Definition.Replica(in.text("server"), in.uuid("replicaId")))
                        .toList(),
                new Definition.Ring(ring.intAt("initialLogs"), ring.intAt("maxLogs"), ring.longAt("maxBytes")),
                fields.longAt("retentionMs"),
                new Definition.Fence(fields.intAt("fence"), fields.flag("fenceClosing")));
    }

    private static GenericRecord volume(Schema schema, Definition.Volume volume) {
        return new Draft(schema)
                .put("name", volume.name())
                .put("sizeBytes", volume.sizeBytes())
                .done();
    }

    private static GenericRecord replica(Schema schema, Definition.Replica replica) {
        return new Draft(schema)
                .put("server", replica.server())
                .putUuid("replicaId", replica.replicaId())
                .done();
    }

    private static GenericRecord ring(Schema schema, Definition.Ring ring) {
        return new Draft(schema)
                .put("initialLogs", ring.initialLogs())
                .put("maxLogs", ring.maxLogs())
                .put("maxBytes", ring.maxBytes())
                .done();
    }
}
