package io.ringmirror.streams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmirror.schemas.EpochTrail.Seal;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Log;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Statuses as JSON, the same over HTTP and on the command line: a versioned document with one object per mirror, worst
 * first. Numbers of a log's seal, and what a replica never said, are null where they are not known. Fields may be
 * added under one version, never changed or removed. Any thread.
 */
public final class StatusJson {
    /** The version that documents carry. */
    public static final int VERSION = 1;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final Comparator<MirrorStatus> WORST_FIRST =
            Comparator.comparing(MirrorStatus::verdict).reversed().thenComparing(MirrorStatus::mirror);

    private StatusJson() {}

    /** {@code {"version":1,"mirrors":[…]}}. */
    public static ObjectNode document(Collection<MirrorStatus> statuses) {
        ObjectNode document = versioned();
        ArrayNode mirrors = document.putArray("mirrors");
        statuses.stream().sorted(WORST_FIRST).map(StatusJson::mirror).forEach(mirrors::add);
        return document;
    }

    /** An object of the same version with nothing else in it yet. */
    static ObjectNode versioned() {
        return NODES.objectNode().put("version", VERSION);
    }

    /** One mirror of {@link #document}. */
    public static ObjectNode mirror(MirrorStatus status) {
        ObjectNode mirror = NODES.objectNode()
                .put("mirror", status.mirror())
                .put("id", status.mirrorId().toString())
                .put("generation", status.generation())
                .put("verdict", status.verdict().word())
                .put("reason", status.reason())
                .put("told", instant(status.toldMs()))
                .put("source", status.source().map(ReplicaStatus::server).orElse(null))
                .put("term", status.term())
                .put("openEpoch", status.openEpoch())
                .put("sealedEpoch", status.sealedEpoch())
                .put("releasedEpoch", status.releasedEpoch())
                .put("requiredLogs", status.requiredLogs())
                .put("ringLogs", status.logs().size())
                .put("atBound", !status.bound().isEmpty())
                .put("bound", status.bound().isEmpty() ? null : status.bound())
                .put("deallocatedRecords", status.deallocatedRecords());
        ArrayNode logs = mirror.putArray("logs");
        status.logs().stream().map(StatusJson::log).forEach(logs::add);
        ArrayNode replicas = mirror.putArray("replicas");
        status.replicas().stream()
                .map(replica -> replica(replica, status.sealedEpoch()))
                .forEach(replicas::add);
        return mirror;
    }

    /** The JSON on several lines, as both print it. */
    public static String text(JsonNode json) {
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON could not be written", e);
        }
    }

    private static ObjectNode log(Log log) {
        Optional<Seal> seal = log.trail().seal();
        return NODES.objectNode()
                .put("log", log.trail().log())
                .put("epoch", log.trail().epoch())
                .put("state", word(log.state()))
                .put("endOffset", seal.map(Seal::endOffset).orElse(null))
                .put("records", seal.map(Seal::records).orElse(null))
                .put("bytes", seal.map(Seal::bytes).orElse(null))
                .put("deallocated", log.deallocated());
    }

    private static ObjectNode replica(ReplicaStatus replica, long sealedEpoch) {
        return NODES.objectNode()
                .put("server", replica.server())
                .put("replica", replica.replicaId().toString())
                .put("role", word(replica.state().role()))
                .put("flushedEpoch", replica.state().flushedEpoch())
                .put("flushedSequence", replica.state().flushedSequence())
                .put("appliedSequence", replica.state().appliedSequence())
                .put("flushes", replica.state().flushes())
                .put("heldEpoch", replica.heldEpoch(sealedEpoch))
                .put("lagEpochs", replica.lagEpochs())
                .put("lagRecords", replica.lagRecords())
                .put("rpoSeconds", replica.heard() ? seconds(replica.rpoMs()) : null)
                .put("dirtyBytes", replica.state().dirtyBytes())
                .put("heard", instant(replica.heardMs()))
                .put("stopped", replica.stopped().isEmpty() ? null : replica.stopped())
                .put(
                        "undeleted",
                        replica.state().undeleted().isEmpty()
                                ? null
                                : replica.state().undeleted())
                .put("undeletedSince", instant(replica.state().undeletedSinceMs()));
    }

    /** Null for 0, which stands for never. */
    private static String instant(long ms) {
        return ms == 0 ? null : Instant.ofEpochMilli(ms).toString();
    }

    /** In plain notation: 10, not 1E+1. */
    private static BigDecimal seconds(long ms) {
        BigDecimal exact = BigDecimal.valueOf(ms, 3).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
