package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Somebody else appends to the ring. The destination stops at that record, says where it stands and what is wrong with
 * it, and neither it nor anything after it reaches the image (invariant I8), not after a restart either.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadRecordsTest {
    private static final long MIB = 1L << 20;

    private Stage stage;
    private MirrorServer source;
    private int mirrors;

    /** What is appended behind a mirror's last record, and what the status says of it. */
    private record Intrusion(Function<MirrorStatus, byte[]> value, String complaint) {}

    @BeforeAll
    void setStage(@TempDir Path directory) throws Exception {
        stage = Stage.set(directory);
        source = stage.server("east", Role.SOURCE);
    }

    @AfterAll
    void clearStage() {
        stage.close();
    }

    Stream<Named<Intrusion>> intrusions() {
        ByteBuffer data = ByteBuffer.wrap("not from here".getBytes(StandardCharsets.UTF_8));
        int crc = Crc.of(data);
        return Stream.of(
                Named.of("a wrong checksum", new Intrusion(s -> write(s, 1, "disk", data, crc + 1), "has crc")),
                Named.of("a gap", new Intrusion(s -> beat(s, 2), "records between them are missing")),
                Named.of(
                        "an unknown volume", new Intrusion(s -> write(s, 1, "disc", data, crc), "names volume 'disc'")),
                Named.of("bytes of no schema", new Intrusion(s -> data.array(), "cannot be read")),
                Named.of("a record of another schema", new Intrusion(this::definition, "cannot be read")),
                Named.of("a record without a value", new Intrusion(s -> null, "has no value")),
                Named.of("a record of another mirror", new Intrusion(this::foreignEpoch, "is of mirror")));
    }

    @ParameterizedTest
    @MethodSource("intrusions")
    void theDestinationStopsThereAndSaysWhereF19F20(Intrusion intrusion) throws Exception {
        String mirror = "m" + ++mirrors;
        String west = "west" + mirrors;
        Definition definition = stage.define(mirror, "east", List.of(west), new Definition.Volume("disk", 4 * MIB));
        MirrorServer destination = stage.server(west, Role.DESTINATION);
        stage.await(mirror, "both run", s -> s.replicas().stream().allMatch(MirrorStatus.ReplicaStatus::heard));
        client(mirror, "write -P 1 0 1M");
        MirrorStatus level = stage.level(definition);
        ReplicaState before = Stage.replica(level, west).state();
        byte[] image = Files.readAllBytes(stage.image(west, mirror, "disk"));

        MirrorStatus open = stage.await(mirror, "an epoch is open", s -> s.openEpoch() == 2);
        int log = open.logs().stream()
                .filter(candidate -> candidate.trail().epoch() == 2)
                .findFirst()
                .orElseThrow()
                .trail()
                .log();
        long offset = append(mirror, log, intrusion.value().apply(open));
        client(mirror, "write -P 2 0 1M");
        MirrorStatus stopped = stage.await(mirror, "it stopped", s -> s.verdict() == Verdict.STOPPED);
        destination.close();
        stage.server(west, Role.DESTINATION);
        MirrorStatus again = stage.await(
                mirror,
                "it stopped again",
                s -> Stage.replica(s, west).heardMs()
                                > Stage.replica(stopped, west).heardMs()
                        && s.verdict() == Verdict.STOPPED);

        assertThat(stopped.reason())
                .contains(west + " stopped", "log " + log, "offset " + offset, intrusion.complaint());
        assertThat(again.reason()).isEqualTo(stopped.reason());
        ReplicaState after = Stage.replica(again, west).state();
        assertThat(after.appliedSequence()).isEqualTo(before.appliedSequence());
        assertThat(after.flushes()).isEqualTo(before.flushes());
        assertThat(Files.readAllBytes(stage.image(west, mirror, "disk"))).isEqualTo(image);
    }

    private byte[] write(MirrorStatus status, int ahead, String volume, ByteBuffer data, int crc) {
        long sequence = Stage.replica(status, "east").state().appliedSequence() + ahead;
        LogBody body = new LogBody.Write(volume, 0, data.duplicate(), crc);
        return bytes(new LogRecord(Optional.empty(), status.term(), status.openEpoch(), sequence, body));
    }

    private byte[] beat(MirrorStatus status, int ahead) {
        long sequence = Stage.replica(status, "east").state().appliedSequence() + ahead;
        return bytes(new LogRecord(Optional.empty(), status.term(), status.openEpoch(), sequence, new LogBody.Beat()));
    }

    private byte[] foreignEpoch(MirrorStatus status) {
        long sequence = Stage.replica(status, "east").state().appliedSequence();
        return bytes(new LogRecord(
                Optional.of(UUID.randomUUID()), status.term(), status.openEpoch(), sequence, new LogBody.EpochBegin()));
    }

    private byte[] bytes(LogRecord record) {
        return stage.serdes().logRecords().serializer().serialize(Stage.TOPICS.ring("any"), record);
    }

    private byte[] definition(MirrorStatus status) {
        return stage.serdes().statuses().serializer().serialize(Stage.TOPICS.status(), status);
    }

    private long append(String mirror, int log, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(Map.copyOf(stage.client()), new ByteArraySerializer(), new ByteArraySerializer())) {
            return producer.send(new ProducerRecord<>(Stage.TOPICS.ring(mirror), log, null, value))
                    .get()
                    .offset();
        }
    }

    private void client(String mirror, String command) throws Exception {
        Tool.succeed("qemu-io", "-f", "raw", Stage.uri(source, mirror + "/disk"), "-c", command);
    }
}
