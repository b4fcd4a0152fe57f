package io.ringmirror.producer;

import io.ringmirror.replica.KafkaRingReader;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What tests of a source over a real broker share: its role, with a producer of the test's own and nobody who deletes. */
final class OnBroker {
    static final TopicNames TOPICS = new TopicNames(TopicNames.DEFAULT_PREFIX);
    static final MirrorSerdes SERDES = MirrorSerdes.configured(Map.of());

    private OnBroker() {}

    /**
     * Takes the role of server "east", whose replica is under {@code directory}.
     *
     * @param client Kafka properties
     * @param ringStands as in {@link SourceRole.Ports}
     */
    static SourceRole take(
            Path directory,
            Definition definition,
            SourceSettings settings,
            RingProducer producer,
            Map<String, Object> client,
            Supplier<CompletableFuture<Boolean>> ringStands,
            Executor threads,
            Sleeper sleeper)
            throws Exception {
        String ring = TOPICS.ring(definition.mirror());
        Replica replica = new Replica(
                definition,
                ReplicaDirectory.open(directory.resolve(definition.mirror()), definition, "east", "cluster", "topic"),
                settings.cacheBytes(),
                threads,
                sleeper::wake);
        SourceRole.Ports ports = new SourceRole.Ports(
                producer,
                SERDES.ringEncoder(ring),
                logs -> CompletableFuture.failedFuture(new IllegalStateException("no log is needed")),
                ringStands,
                () -> "",
                (log, offset) -> CompletableFuture.failedFuture(new IllegalStateException("destinations delete")),
                (why, generation) -> {},
                threads,
                threads,
                fact -> {},
                InflightBound.of(settings.inflightBytes()),
                System::nanoTime);
        try (KafkaRingReader reader =
                KafkaRingReader.open(ring, "east", client, SERDES.logRecords().deserializer())) {
            return SourceRole.take(replica, "east", reader, ports, settings, Claim.OWNER, sleeper);
        }
    }
}
