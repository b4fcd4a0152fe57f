package io.ringmirror.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The newcomer's first minute, as a process whose output is no terminal. */
class DemoIT {
    /** Of the size that the demo's workload writes to. */
    private static final String VOLUME = "256M";

    private static final String ESCAPE = "\u001b";

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

    @Test
    void tellsInOneObjectWhatHappenedAndGoesOnWithARealFileSystemOnTheSameData() throws Exception {
        String data = directory.resolve("data").toString();

        JsonNode first = demo("--seconds", "5", "--data", data);
        assertThat(first.fieldNames())
                .toIterable()
                .containsExactly(
                        "identical",
                        "writes",
                        "bytes",
                        "epochs",
                        "sourceFlushes",
                        "destinationFlushes",
                        "requiredLogs",
                        "ringLogs",
                        "releasedEpochs",
                        "deallocatedRecords",
                        "rpoSeconds",
                        "seconds");
        assertWentRound(first);

        Path image = directory.resolve("ext4.img");
        site.processes().tool("mke2fs", "-q", "-t", "ext4", "-d", "src", image.toString(), VOLUME);
        JsonNode second = demo("--image", image.toString(), "--data", data);
        assertWentRound(second);
        assertThat(number(second, "ringLogs")).isGreaterThanOrEqualTo(number(first, "ringLogs"));
        Path copy = directory.resolve("data/west/demo/volumes/disk.img");
        site.processes().tool("e2fsck", "-fn", copy.toString());
        assertThat(Files.mismatch(image, copy)).isEqualTo(-1);
    }

    @Test
    void oneThatIsKeptAndInterruptedEndsInOrderAndLeavesNoFilesInAnyLanguage() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        Process demo = site.launch(
                "demo",
                "It goes on running",
                Map.of("RINGMIRROR_OPTS", "-Duser.language=tr -Duser.country=TR -Djava.io.tmpdir=" + temporary),
                "demo",
                "--seconds",
                "1",
                "--keep");
        assertThat(temporary).isDirectoryContaining("glob:**ringmirror-demo-*");

        assertThat(Processes.stop(demo)).isEqualTo(Site.SIGTERM);
        assertThat(site.processes().output("demo")).doesNotContain("\tat ");
        assertThat(temporary).isDirectoryNotContaining("glob:**ringmirror-demo-*");
    }

    @Test
    void oneThatIsInterruptedWhileItStartsSaysNothingOfIt() throws Exception {
        Process demo = site.launch("started", "starting a broker", Map.of(), "demo", "--seconds", "1");

        assertThat(Processes.stop(demo)).isEqualTo(Site.SIGTERM);

        assertThat(site.processes().output("started").lines()).hasSize(1);
    }

    private static void assertWentRound(JsonNode report) {
        assertThat(report.get("identical").booleanValue()).isTrue();
        assertThat(number(report, "writes")).isPositive();
        assertThat(number(report, "bytes")).isPositive();
        assertThat(number(report, "epochs")).isGreaterThanOrEqualTo(5);
        assertThat(number(report, "sourceFlushes")).isGreaterThan(number(report, "destinationFlushes"));
        assertThat(number(report, "destinationFlushes")).isPositive();
        assertThat(number(report, "ringLogs")).isGreaterThan(3).isGreaterThanOrEqualTo(number(report, "requiredLogs"));
        assertThat(number(report, "releasedEpochs")).isEqualTo(number(report, "epochs"));
        assertThat(number(report, "deallocatedRecords")).isPositive();
        assertThat(report.get("rpoSeconds").doubleValue()).isZero();
    }

    private JsonNode demo(String... options) throws Exception {
        String[] words = new String[options.length + 3];
        words[0] = "demo";
        System.arraycopy(options, 0, words, 1, options.length);
        words[options.length + 1] = "-o";
        words[options.length + 2] = "json";
        Answer answer = site.run(words).succeeded();
        assertThat(answer.out().lines()).hasSize(1);
        assertThat(answer.out() + answer.err()).doesNotContain(ESCAPE, "\tat ", " ERROR ");
        assertThat(answer.err()
                        .lines()
                        .filter(line -> line.contains("% "))
                        .map(line -> Integer.parseInt(
                                line.substring(0, line.indexOf('%')).strip())))
                .as(answer.err())
                .isSorted();
        return new ObjectMapper().readTree(answer.out());
    }

    private static long number(JsonNode report, String field) {
        return report.get(field).longValue();
    }
}
