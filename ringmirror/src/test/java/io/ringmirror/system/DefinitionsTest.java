package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.server.MirrorServer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mirrors whose definition changes while they are written: servers, tracker and deleters go by the same one. */
@Timeout(120)
class DefinitionsTest {
    private static final Definition.Volume DISK = new Definition.Volume("disk", 8 << 20);
    private static final Definition.Ring SMALL = new Definition.Ring(3, 4, 1L << 40);

    /** As a program writes them that is older than the fence. */
    @Test
    void ofTwoDefinitionsOfOneGenerationEverybodyGoesByTheFirstAndWritersGoOn(@TempDir Path directory)
            throws Exception {
        try (Stage stage = Stage.set(directory)) {
            Definition mirror = stage.define(SMALL, "twice", "oslo", List.of("bergen", "voss"), DISK);
            MirrorServer oslo = stage.server("oslo", Role.SOURCE);
            stage.server("bergen", Role.DESTINATION);
            Definition first = mirror.without("voss", "oslo");
            Definition second = mirror.without("bergen", "oslo");
            writeUnfenced(stage, first);
            writeUnfenced(stage, second);

            for (int epoch = 1; epoch <= 6; epoch++) {
                Patterns.write(oslo, "twice", epoch);
                stage.level(first);
            }

            MirrorStatus status = stage.await("twice", "released", s -> s.releasedEpoch() >= 5);
            assertThat(servers(status)).containsExactlyInAnyOrder("oslo", "bergen");
            stage.assertIdentical(first);
        }
    }

    @Test
    void onceTheLastDestinationIsRemovedTheSourceGivesTheLogsBack(@TempDir Path directory) throws Exception {
        try (Stage stage = Stage.set(directory)) {
            Definition mirror = stage.define(SMALL, "alone", "oslo", List.of("bergen"), DISK);
            MirrorServer oslo = stage.server("oslo", Role.SOURCE);
            for (int epoch = 1; epoch <= 3; epoch++) {
                Patterns.write(oslo, "alone", epoch);
                stage.flush(mirror, "oslo");
            }
            assertThat(stage.status("alone").deallocatedRecords()).isZero();

            Definition alone = mirror.without("bergen", "oslo");
            stage.redefine(alone);
            stage.await("alone", "what was left is given back", s -> deallocated(s) == 3);
            for (int epoch = 4; epoch <= 8; epoch++) {
                Patterns.write(oslo, "alone", epoch);
                stage.flush(alone, "oslo");
            }

            stage.await("alone", "and what came since", s -> s.releasedEpoch() == 8 && undeleted(s) == 0);
            assertThat(stage.logStarts("alone").values()).allMatch(start -> start > 0);
        }
    }

    private static long deallocated(MirrorStatus status) {
        return status.logs().stream().filter(log -> log.deallocatedEpoch() > 0).count();
    }

    private static long undeleted(MirrorStatus status) {
        return status.logs().stream()
                .filter(log -> log.state() == MirrorStatus.LogState.RELEASED && !log.deallocated())
                .count();
    }

    private static Set<String> servers(MirrorStatus status) {
        Set<String> servers = new HashSet<>();
        status.replicas().forEach(replica -> servers.add(replica.server()));
        return servers;
    }

    private static void writeUnfenced(Stage stage, Definition definition) throws Exception {
        try (KafkaProducer<String, Definition> producer = new KafkaProducer<>(
                stage.client(),
                new StringSerializer(),
                stage.serdes().definitions().serializer())) {
            producer.send(new ProducerRecord<>(Stage.TOPICS.definitions(), definition.mirror(), definition))
                    .get();
        }
    }
}
