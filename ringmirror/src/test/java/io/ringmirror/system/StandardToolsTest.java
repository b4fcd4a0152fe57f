package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.serde.SingleObjectDeserializer;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own tools, each as a process of its own, see a mirror as they see any topic and group. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandardToolsTest {
    private static final long MIB = 1L << 20;

    /** Each beat is a lag of 1 until the destination has seen it, so there is to be time for a tool to look between. */
    private static final Duration BEAT = Duration.ofSeconds(3);

    private Stage stage;
    private Definition mirror;
    private MirrorServer source;

    @BeforeAll
    void setStage(@TempDir Path directory) throws Exception {
        stage = Stage.set(directory);
        mirror = stage.define("watched", "east", List.of("west"), new Definition.Volume("disk", 8 * MIB));
        source = stage.server("east", BEAT, Role.SOURCE);
        stage.server("west", Role.DESTINATION);
    }

    @AfterAll
    void clearStage() {
        stage.close();
    }

    @Test
    void kafkaConsumerGroupsShowsLagFallingToZeroInEveryLog() throws Exception {
        write(1);
        stage.flush(mirror, "east");
        write(2);
        stage.level(mirror);

        Awaitility.await("lag 0 in every log")
                .atMost(Stage.PATIENCE)
                .untilAsserted(
                        () -> assertThat(lags()).hasSizeGreaterThanOrEqualTo(3).containsOnly("0"));
    }

    /** No destination runs, so that the first epoch stays; it is sealed, so that its log comes to an end. */
    @Test
    void theConsoleConsumerReadsEveryRecordOfALog() throws Exception {
        Definition unread = stage.define("unread", "east", List.of("nobody"), new Definition.Volume("disk", 8 * MIB));
        stage.await("unread", "it is served", s -> s.openEpoch() == 1);
        String disk = Stage.uri(source, "unread/disk");
        Tool.succeed(
                "qemu-io",
                "-f",
                "raw",
                disk,
                "-c",
                "write -P 0x41 512 512",
                "-c",
                "discard 1M 64k",
                "-c",
                "write -z 0 8k");
        stage.flush(unread, "east");

        String output = java(
                ConsoleConsumer.class,
                "--topic",
                Stage.TOPICS.ring("unread"),
                "--partition",
                "0",
                "--offset",
                "earliest",
                "--isolation-level",
                "read_uncommitted",
                "--timeout-ms",
                "3000",
                "--formatter-property",
                "value.deserializer=" + SingleObjectDeserializer.class.getName());

        List<String> records = output.lines()
                .filter(line -> line.startsWith("{\"mirrorId\"") && !line.endsWith("\"body\": {}}"))
                .toList();
        assertThat(records).as(output).hasSize(5);
        assertThat(records.get(0)).contains(unread.mirrorId().toString(), "\"server\": \"east\"");
        assertThat(records.get(1)).contains("\"sequence\": 1", "\"offsetBytes\": 512", "\"data\": \"AAA");
        assertThat(records.get(2)).contains("\"sequence\": 2", "\"offsetBytes\": 1048576, \"lengthBytes\": 65536");
        assertThat(records.get(3)).contains("\"sequence\": 3", "\"offsetBytes\": 0, \"lengthBytes\": 8192");
        assertThat(records.get(4)).contains("\"records\": 3", "\"bytes\": 512", "\"nextLog\": 1");
    }

    private void write(int pattern) throws Exception {
        Tool.succeed("qemu-io", "-f", "raw", Stage.uri(source, "watched/disk"), "-c", "write -P " + pattern + " 0 1M");
    }

    /** The column LAG of each line about the ring. */
    private List<String> lags() throws Exception {
        String ring = Stage.TOPICS.ring("watched");
        return java(ConsumerGroupCommand.class, "--describe", "--group", Stage.TOPICS.group("watched", "west"))
                .lines()
                .filter(line -> line.contains(ring))
                .map(line -> line.trim().split(" +", -1)[5])
                .toList();
    }

    private String java(Class<?> tool, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                tool.getName(),
                "--bootstrap-server",
                stage.bootstrapServers()));
        command.addAll(List.of(arguments));
        return Tool.succeed(command);
    }
}
