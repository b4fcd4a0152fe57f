package io.ringmirror.server;

import io.ringmirror.schemas.Definition;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One Kafka cluster that a server works with, and the mirrors that it has there: definitions, ring, events and status of a
 * mirror are on one cluster.
 *
 * @param mirrors the mirrors it serves there; empty for all that name it, now and later
 * @param elsewhere mirrors that it has on other clusters, and does not look for here
 * @param adminProperties Kafka properties of admin clients
 * @param producerProperties Kafka properties of producers
 * @param consumerProperties Kafka properties of consumers
 */
public record ClusterSettings(
        List<String> mirrors,
        Set<String> elsewhere,
        Map<String, Object> adminProperties,
        Map<String, Object> producerProperties,
        Map<String, Object> consumerProperties) {
    public ClusterSettings {
        mirrors = List.copyOf(mirrors);
        elsewhere = Set.copyOf(elsewhere);
    }

    /** Whether a definition of this cluster concerns the server of this name. */
    boolean concerns(Definition definition, String server) {
        boolean wanted =
                mirrors.isEmpty() ? !elsewhere.contains(definition.mirror()) : mirrors.contains(definition.mirror());
        return wanted && definition.replicaOf(server).isPresent();
    }
}
