package io.ringmirror.streams;

import io.ringmirror.schemas.TopicNames;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * What a tracker is told at its start.
 *
 * @param client Kafka's client and Streams properties, {@code bootstrap.servers} among them; what the tracker's
 *     promises depend on is not taken from here
 * @param topics the names of the topics it reads and answers in
 * @param stateDir directory for Kafka Streams to use; the tracker itself keeps nothing there
 * @param replicationFactor copies of its internal topics; if absent as many as the topics that commands make have
 * @param standbyReplicas copies of its memory kept warm on other trackers of the same topics
 * @param kafkaTimeoutMs how long the start waits for a broker to answer, milliseconds
 * @param httpListen where to answer over HTTP; port 0 takes a free one; nowhere if absent
 */
public record TrackerSettings(
        Map<String, Object> client,
        TopicNames topics,
        Path stateDir,
        OptionalInt replicationFactor,
        int standbyReplicas,
        long kafkaTimeoutMs,
        Optional<InetSocketAddress> httpListen) {
    public TrackerSettings {
        client = Map.copyOf(client);
        if (!client.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new IllegalArgumentException("bootstrap.servers is missing");
        }
        Objects.requireNonNull(topics, "topics");
        Objects.requireNonNull(stateDir, "stateDir");
        replicationFactor.ifPresent(copies -> {
            if (copies < 1) {
                throw new IllegalArgumentException("replication.factor is " + copies + "; it must be at least 1");
            }
        });
        if (standbyReplicas < 0) {
            throw new IllegalArgumentException("standby replicas are " + standbyReplicas + "; they must be at least 0");
        }
        if (kafkaTimeoutMs < 1) {
            throw new IllegalArgumentException("kafka.timeout.ms is " + kafkaTimeoutMs + "; it must be at least 1");
        }
        httpListen.filter(InetSocketAddress::isUnresolved).ifPresent(address -> {
            throw new IllegalArgumentException(
                    "http.listen names host '" + address.getHostString() + "', which has no address");
        });
    }
}
