package io.ringmirror.server;

import io.ringmirror.consumer.DestinationSettings;
import io.ringmirror.producer.SourceSettings;
import io.ringmirror.producer.nbd.NbdSettings;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a server is told.
 *
 * @param server its name, as definitions have it
 * @param dataDir holds one directory for each mirror
 * @param roles the roles it may have; mirrors in which it would have another are left alone
 * @param clusters the clusters it works with, and which mirrors it has where; at least one
 * @param topics the names of topics and groups
 * @param serdeProperties what the serdes are configured with
 * @param kafkaTimeout the longest wait for an answer while starting
 * @param nbd where volumes are served
 * @param source how mirrors are treated at their source
 * @param destination how mirrors are treated at a destination
 */
public record ServerSettings(
        String server,
        Path dataDir,
        Set<Role> roles,
        List<ClusterSettings> clusters,
        TopicNames topics,
        Map<String, Object> serdeProperties,
        Duration kafkaTimeout,
        NbdSettings nbd,
        SourceSettings source,
        DestinationSettings destination) {
    public ServerSettings {
        roles = Set.copyOf(roles);
        clusters = List.copyOf(clusters);
    }
}
