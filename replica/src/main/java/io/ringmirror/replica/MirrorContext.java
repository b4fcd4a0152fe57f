package io.ringmirror.replica;

import io.ringmirror.replica.control.EventPublisher;
import io.ringmirror.replica.control.MirrorFacts;
import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * What a mirror needs of the server that it runs on, in either role. Immutable; the services in it are for any thread.
 *
 * @param definition the mirror
 * @param server this server's name
 * @param roles the roles that this server may take
 * @param directory where this server keeps its replica of the mirror
 * @param clusterId the cluster that holds the ring
 * @param topicId the ring's topic there
 * @param topics the names of topics and groups
 * @param serdes of all topics
 * @param consumerProperties Kafka properties of ring consumers
 * @param events where facts are stated
 * @param disk runs flushes and image reads; its threads block on the disk
 * @param network runs Kafka's blocking calls
 */
public record MirrorContext(
        Definition definition,
        String server,
        Set<Role> roles,
        Path directory,
        String clusterId,
        String topicId,
        TopicNames topics,
        MirrorSerdes serdes,
        Map<String, Object> consumerProperties,
        EventPublisher events,
        Executor disk,
        Executor network) {

    private static final int HASTY_WAIT_MS = 2;
    private static final int HASTY_FETCH_BYTES = 8 << 20;

    /** States facts about the replica as a server that has this role in the mirror now, and says so at each beat. */
    public MirrorFacts facts(Replica replica, Role role, Duration beat) {
        return new MirrorFacts(events::publish, replica, server, role, roles, beat);
    }

    public String mirror() {
        return definition.mirror();
    }

    /** The ring's topic. */
    public String ring() {
        return topics.ring(mirror());
    }

    /**
     * Opens and locks this server's replica.
     *
     * @throws IOException if the directory is in use, or not of this mirror and server
     */
    public ReplicaDirectory openDirectory() throws IOException {
        return ReplicaDirectory.open(directory, definition, server, clusterId, topicId);
    }

    /** Opens a reader of the ring under this server's group, to follow it. */
    public KafkaRingReader openReader() {
        return openReader(consumerProperties);
    }

    /**
     * Opens one to read what is there and then be closed, which clients wait for: it asks for more at a time, and does not
     * linger at the end of one log while the next one can be read.
     */
    public KafkaRingReader openHastyReader() {
        Map<String, Object> hasty = new HashMap<>(consumerProperties);
        hasty.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, HASTY_WAIT_MS);
        hasty.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, HASTY_FETCH_BYTES);
        return openReader(hasty);
    }

    private KafkaRingReader openReader(Map<String, Object> properties) {
        return KafkaRingReader.open(
                ring(),
                topics.group(mirror(), server),
                properties,
                serdes.logRecords().deserializer());
    }
}
