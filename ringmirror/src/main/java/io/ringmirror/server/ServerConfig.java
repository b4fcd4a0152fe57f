package io.ringmirror.server;

import io.ringmirror.config.Keys;
import io.ringmirror.config.RingMirrorConfig;
import io.ringmirror.consumer.DestinationSettings;
import io.ringmirror.producer.SourceSettings;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.producer.nbd.NbdSettings;
import io.ringmirror.schemas.Event.Role;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;

/** Turns the configuration into what a server is told. Stateless; any thread. */
public final class ServerConfig {
    private ServerConfig() {}

    /**
     * The settings of a server in these roles.
     *
     * @throws org.apache.kafka.common.config.ConfigException naming the key that is missing or wrong
     */
    public static ServerSettings settings(RingMirrorConfig config, Set<Role> roles) {
        return new ServerSettings(
                config.serverName(),
                config.dataDir(),
                roles,
                config.mirrors(),
                config.topics(),
                config.serdeProperties(),
                config.adminProperties(),
                config.producerProperties(),
                config.consumerProperties(),
                millis(config, Keys.KAFKA_TIMEOUT_MS),
                nbd(config),
                source(config),
                destination(config));
    }

    private static NbdSettings nbd(RingMirrorConfig config) {
        InetSocketAddress listen = config.nbdListen();
        return new NbdSettings(
                listen.getHostString(),
                listen.getPort(),
                config.getInt(Keys.NBD_MAX_CONNECTIONS),
                config.getInt(Keys.NBD_MAX_REQUESTS),
                config.getLong(Keys.NBD_MAX_BYTES));
    }

    private static SourceSettings source(RingMirrorConfig config) {
        return new SourceSettings(
                config.getString(Keys.ACK).equals(Keys.ACK_FLUSH) ? AckMode.FLUSH : AckMode.WRITE,
                config.getLong(Keys.SOURCE_CACHE_BYTES),
                config.sourceFlushDirtyBytes(),
                millis(config, Keys.SOURCE_FLUSH_INTERVAL_MS),
                config.getLong(Keys.SOURCE_INFLIGHT_BYTES),
                millis(config, Keys.BEAT_MS),
                millis(config, Keys.TRANSACTION_TIMEOUT_MS));
    }

    private static DestinationSettings destination(RingMirrorConfig config) {
        return new DestinationSettings(
                config.getLong(Keys.DESTINATION_CACHE_BYTES),
                config.destinationFlushDirtyBytes(),
                millis(config, Keys.DESTINATION_FLUSH_INTERVAL_MS),
                millis(config, Keys.BEAT_MS));
    }

    private static Duration millis(RingMirrorConfig config, String key) {
        return Duration.ofMillis(((Number) config.values().get(key)).longValue());
    }
}
