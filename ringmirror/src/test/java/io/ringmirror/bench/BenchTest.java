package io.ringmirror.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A benchmark too short to mean anything, with real brokers and servers: it runs, and tells what it was asked for. */
class BenchTest {
    private static final BenchProfile BRIEF = new BenchProfile(
            "brief",
            1,
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            96L << 20,
            Duration.ofMillis(200),
            4L << 20,
            2,
            1);

    @Test
    void everyContenderOfACaseIsMeasuredAndItsProcessesEnd(@TempDir Path directory) throws Exception {
        BenchSettings settings =
                new BenchSettings(BRIEF, List.of(1), List.of("write-64k", "overwrites"), true, Optional.empty());

        BenchReport report = new Bench(settings, directory, line -> {}).run();

        assertThat(report.client()).isEqualTo("built-in client");
        assertThat(report.results()).extracting(BenchReport.Result::name).containsExactly("write-64k-32", "overwrites");
        assertThat(report.results())
                .allSatisfy(result -> assertThat(result.outcomes())
                        .isNotEmpty()
                        .allSatisfy(
                                outcome -> assertThat(outcome.figure().median()).isPositive()));
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }
}
