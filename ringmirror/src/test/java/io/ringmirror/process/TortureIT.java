package io.ringmirror.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The torture holds, ends, cleans up, and would say if it did not hold. {@code -Dtorture.seconds} lengthens it. */
class TortureIT {
    private static final int SECONDS = Integer.getInteger("torture.seconds", 90);

    /** Beside the faults themselves: starting, and each wait at the end taken to its bound. */
    private static final Duration MORE = Duration.ofMinutes(12);

    private static final Duration GONE_BOUND = Duration.ofSeconds(30);
    private static final int DIFFERENT = 3;

    @TempDir
    private Path directory;

    private Site site;

    @BeforeEach
    void layOut() throws Exception {
        site = Site.withoutBroker(directory);
    }

    @AfterEach
    void end() throws Exception {
        site.close();
    }

    /** Seeds whose plans begin with every way to lose a source, to be cut off, to lose a broker and the tracker. */
    @ParameterizedTest
    @CsvSource({"pair, 12401, write", "circle:3, 2701, flush"})
    void everyPromiseHoldsWhateverIsKilledOrCutOff(String topology, int seed, String ack) throws Exception {
        String data = directory.resolve("torture").toString();

        Answer answer = site.run(
                MORE.plusSeconds(SECONDS),
                "torture",
                "--topology",
                topology,
                "--seed",
                Integer.toString(seed),
                "--ack",
                ack,
                "--seconds",
                Integer.toString(SECONDS),
                "--data",
                data,
                "-o",
                "json");

        answer.exited(0);
        JsonNode report = report(answer);
        assertThat(List.of("lost", "prefixViolations", "zombieAcks", "zombieReads", "stuck"))
                .as(answer.err())
                .allSatisfy(count -> assertThat(report.get(count).longValue()).isZero());
        assertThat(report.get("identical").booleanValue()).isTrue();
        assertThat(List.of("kills", "partitions", "promotions", "terms", "acknowledged", "epochs"))
                .as(answer.err())
                .allSatisfy(count -> assertThat(report.get(count).longValue()).isPositive());
    }

    @Test
    void aDamagedCopyIsFoundAndItsFilesAreKept() throws Exception {
        Path data = directory.resolve("torture");

        Answer answer =
                site.run(MORE, "torture", "--seconds", "1", "--corrupt", "--data", data.toString(), "-o", "json");

        answer.exited(DIFFERENT);
        JsonNode report = report(answer);
        assertThat(report.get("identical").booleanValue()).isFalse();
        assertThat(report.get("prefixViolations").longValue()).isEqualTo(1);
        assertThat(answer.err()).contains("VIOLATION DIFFERENT", "files are in " + data);
        assertThat(data.resolve("logs")).isNotEmptyDirectory();
    }

    @Test
    void onAClusterOfTheUsersItTouchesNoBrokerAndLeavesNoTopic() throws Exception {
        try (Site users = Site.withBroker(Files.createDirectory(directory.resolve("users")));
                Admin admin = Admin.create(Map.of("bootstrap.servers", users.bootstrapServers()))) {
            Answer answer = users.run(
                    MORE, "torture", "--seconds", "15", "-o", "json", "--bootstrap-server", users.bootstrapServers());

            answer.exited(0);
            assertThat(report(answer).get("brokerKills").longValue()).isZero();
            assertThat(report(answer).get("acknowledged").longValue()).isPositive();
            assertThat(admin.listTopics().names().get()).noneMatch(topic -> topic.startsWith("torture"));
        }
    }

    @Test
    void whenInterruptedItLeavesNoProcessInAnyLanguage() throws Exception {
        Map<String, String> turkish = Map.of("JAVA_TOOL_OPTIONS", "-Duser.language=tr -Duser.country=TR");
        Process torture = site.launch("torture", "starting a tracker", turkish, "torture", "--seconds", "600");
        List<ProcessHandle> children = torture.descendants().toList();
        assertThat(children).hasSizeGreaterThanOrEqualTo(3);

        assertThat(Processes.stop(torture)).isEqualTo(Site.SIGTERM);

        assertThat(children).allSatisfy(child -> child.onExit().get(GONE_BOUND.toSeconds(), TimeUnit.SECONDS));
    }

    private static JsonNode report(Answer answer) throws Exception {
        return new ObjectMapper().readTree(answer.out());
    }
}
