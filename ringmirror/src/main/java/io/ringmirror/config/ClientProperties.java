package io.ringmirror.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;

/**
 * A kind of Kafka client that RingMirror runs, and what of the configuration it is given: keys of such clients as they
 * stand, then those under the kind's own prefix. What the guarantees rest on cannot be set otherwise. Immutable; any
 * thread.
 *
 * @param prefix what keys for this kind alone begin with
 * @param names the keys that this kind of client knows
 * @param forced keys that have one value only
 */
record ClientProperties(String prefix, Set<String> names, Map<String, String> forced) {
    static final ClientProperties ADMIN = new ClientProperties("admin.", AdminClientConfig.configNames(), Map.of());

    static final ClientProperties PRODUCER = new ClientProperties(
            "producer.", ProducerConfig.configNames(), Map.of("acks", "all", "enable.idempotence", "true"));

    static final ClientProperties CONSUMER = new ClientProperties(
            "consumer.",
            ConsumerConfig.configNames(),
            Map.of("auto.offset.reset", "none", "enable.auto.commit", "false"));

    /** Streams hands keys of security on to the clients it makes; an admin client's keys are those of every client. */
    static final ClientProperties STREAMS = new ClientProperties(
            "streams.",
            Utils.union(HashSet::new, StreamsConfig.configDef().names(), AdminClientConfig.configNames()),
            Map.of("processing.guarantee", "exactly_once_v2", "ensure.explicit.internal.resource.naming", "true"));

    private static final List<ClientProperties> KINDS = List.of(ADMIN, PRODUCER, CONSUMER, STREAMS);

    ClientProperties {
        names = Set.copyOf(names);
        forced = Map.copyOf(forced);
    }

    /** True if a key configures some kind of Kafka client. */
    static boolean knows(String key) {
        for (ClientProperties kind : KINDS) {
            if (key.startsWith(kind.prefix) || kind.names.contains(key)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The properties for a client of this kind.
     *
     * @param originals the whole configuration as it was given
     * @throws ConfigException if it sets a forced key to another value
     */
    Map<String, Object> from(Map<String, ?> originals) {
        Map<String, Object> properties = new HashMap<>();
        originals.forEach((key, value) -> {
            if (names.contains(key)) {
                properties.put(key, value);
            }
        });
        originals.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                properties.put(key.substring(prefix.length()), value);
            }
        });
        forced.forEach((key, value) -> {
            Object given = properties.put(key, value);
            if (given != null && !value.equals(given.toString())) {
                throw new ConfigException(
                        prefix + key, given, "must be '" + value + "': the guarantees rest on it; leave the key out");
            }
        });
        return properties;
    }
}
