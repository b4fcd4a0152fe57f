package io.ringmirror.config;

import io.ringmirror.consumer.DestinationSettings;
import io.ringmirror.producer.SourceSettings;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.producer.nbd.NbdSettings;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.ClusterSettings;
import io.ringmirror.server.ServerSettings;
import io.ringmirror.streams.TrackerSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;

/**
 * Turns the configuration into what each part is told. Stateless; throws {@link ConfigException}, which names the key,
 * where a part refuses a value.
 */
public final class Settings {
    private Settings() {}

    /** For a server that may have these roles. */
    public static ServerSettings server(RingMirrorConfig config, Set<Role> roles) {
        return refusedAsConfig(() -> new ServerSettings(
                config.serverName(),
                config.dataDir(),
                roles,
                clusters(config),
                config.topics(),
                config.serdeProperties(),
                config.kafkaTimeout(),
                nbd(config),
                source(config),
                destination(config)));
    }

    /** The configured cluster, and one more for each mirror that has keys of its own. */
    private static List<ClusterSettings> clusters(RingMirrorConfig config) {
        Set<String> elsewhere = config.mirrorsWithKeys();
        List<String> here = config.mirrors().stream()
                .filter(mirror -> !elsewhere.contains(mirror))
                .toList();
        List<ClusterSettings> clusters = new ArrayList<>();
        if (config.mirrors().isEmpty() || !here.isEmpty()) {
            clusters.add(cluster(config, here, elsewhere));
        }
        for (String mirror : elsewhere) {
            if (config.mirrors().isEmpty() || config.mirrors().contains(mirror)) {
                clusters.add(cluster(config.ofMirror(mirror), List.of(mirror), Set.of()));
            }
        }
        return clusters;
    }

    private static ClusterSettings cluster(RingMirrorConfig config, List<String> mirrors, Set<String> elsewhere) {
        return new ClusterSettings(
                mirrors, elsewhere, config.adminProperties(), config.producerProperties(), config.consumerProperties());
    }

    /** For a tracker. */
    public static TrackerSettings tracker(RingMirrorConfig config) {
        InetSocketAddress listen = config.httpListen();
        Short copies = config.getShort(Keys.REPLICATION_FACTOR);
        return refusedAsConfig(() -> new TrackerSettings(
                config.streamsProperties(),
                config.topics(),
                config.trackerStateDir(),
                copies != null ? OptionalInt.of(copies) : OptionalInt.empty(),
                config.getInt(Keys.TRACKER_STANDBY_REPLICAS),
                config.kafkaTimeout().toMillis(),
                Optional.of(new InetSocketAddress(listen.getHostString(), listen.getPort()))));
    }

    private static NbdSettings nbd(RingMirrorConfig config) {
        InetSocketAddress listen = config.nbdListen();
        return new NbdSettings(
                listen.getHostString(),
                listen.getPort(),
                config.nbdSocket(),
                config.getInt(Keys.NBD_MAX_CONNECTIONS),
                config.getInt(Keys.NBD_MAX_REQUESTS),
                config.getLong(Keys.NBD_MAX_BYTES));
    }

    private static SourceSettings source(RingMirrorConfig config) {
        return new SourceSettings(
                AckMode.valueOf(config.getString(Keys.ACK).toUpperCase(Locale.ROOT)),
                config.getLong(Keys.SOURCE_CACHE_BYTES),
                config.sourceFlushDirtyBytes(),
                Duration.ofMillis(config.getLong(Keys.SOURCE_FLUSH_INTERVAL_MS)),
                config.getLong(Keys.SOURCE_INFLIGHT_BYTES),
                Duration.ofMillis(config.getInt(Keys.BEAT_MS)),
                config.sourceLease(),
                Duration.ofMillis(config.getInt(Keys.TRANSACTION_TIMEOUT_MS)));
    }

    private static DestinationSettings destination(RingMirrorConfig config) {
        return new DestinationSettings(
                config.getLong(Keys.DESTINATION_CACHE_BYTES),
                config.destinationFlushDirtyBytes(),
                Duration.ofMillis(config.getLong(Keys.DESTINATION_FLUSH_INTERVAL_MS)),
                Duration.ofMillis(config.getInt(Keys.BEAT_MS)));
    }

    private static <T> T refusedAsConfig(Supplier<T> settings) {
        try {
            return settings.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage());
        }
    }
}
