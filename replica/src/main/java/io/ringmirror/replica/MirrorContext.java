package io.ringmirror.replica;

import io.ringmirror.replica.control.EventPublisher;
import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * What a mirror needs of the server that it runs on, in either role. Immutable; the services in it are for any thread.
 *
 * @param definition the mirror
 * @param server this server's name
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
        Path directory,
        String clusterId,
        String topicId,
        TopicNames topics,
        MirrorSerdes serdes,
        Map<String, Object> consumerProperties,
        EventPublisher events,
        Executor disk,
        Executor network) {

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

    /** Opens a reader of the ring under this server's group. */
    public KafkaRingReader openReader() {
        return KafkaRingReader.open(
                ring(),
                topics.group(mirror(), server),
                consumerProperties,
                serdes.logRecords().deserializer());
    }
}
