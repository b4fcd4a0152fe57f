package io.ringmirror.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Definitions as a versioned JSON document; fields may be added under one version, never changed or removed. */
final class DefinitionJson {
    private static final int VERSION = 1;

    private DefinitionJson() {}

    /** {@code {"version":1,"mirrors":[...]}}. */
    static ObjectNode document(List<Definition> definitions, List<MirrorStatus> statuses) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("version", VERSION);
        ArrayNode mirrors = document.putArray("mirrors");
        definitions.forEach(definition -> mirrors.add(mirror(definition, PresentSource.of(definition, statuses))));
        return document;
    }

    static ObjectNode mirror(Definition definition, Optional<String> presentSource) {
        ObjectNode mirror = JsonNodeFactory.instance
                .objectNode()
                .put("mirror", definition.mirror())
                .put("id", definition.mirrorId().toString())
                .put("generation", definition.generation())
                .put("created", Instant.ofEpochMilli(definition.createdMs()).toString())
                .put("source", definition.source())
                .put("presentSource", presentSource.orElse(null));
        ArrayNode volumes = mirror.putArray("volumes");
        definition
                .volumes()
                .forEach(volume ->
                        volumes.addObject().put("volume", volume.name()).put("sizeBytes", volume.sizeBytes()));
        ArrayNode replicas = mirror.putArray("replicas");
        definition
                .replicas()
                .forEach(replica -> replicas.addObject()
                        .put("server", replica.server())
                        .put("replica", replica.replicaId().toString()));
        mirror.putObject("ring")
                .put("initialLogs", definition.ring().initialLogs())
                .put("maxLogs", definition.ring().maxLogs())
                .put("maxBytes", definition.ring().maxBytes());
        return mirror.put("retentionMs", definition.retentionMs());
    }
}
