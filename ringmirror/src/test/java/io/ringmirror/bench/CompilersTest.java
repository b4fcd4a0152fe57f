package io.ringmirror.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Compilers of other processes, as Linux counts them. */
@EnabledOnOs(OS.LINUX)
class CompilersTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Process shell;

    /** A shell with a Java process below it, in which every method is compiled before it runs. */
    @BeforeEach
    void start() throws IOException {
        shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        "\"$0\" \"$@\"; exit",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xcomp",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Idle.class.getName())
                .redirectErrorStream(true)
                .start();
    }

    @AfterEach
    void end() {
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
    }

    @Test
    void thoseOfAProcessBelowCountWhileTheyWork() throws Exception {
        Compilers compilers = new Compilers(shell.toHandle());

        awaitIdle();

        assertThat(compilers.sinceLast())
                .isPositive()
                .isLessThan(Runtime.getRuntime().availableProcessors());
    }

    /** Some may still be at work when the process is idle, so the count is begun anew until they rest. */
    @Test
    void whatTheyDidBeforeDoesNotCount() throws Exception {
        awaitIdle();

        await("a count of nothing").atMost(PATIENCE).until(() -> new Compilers(shell.toHandle()).sinceLast() == 0);
    }

    private void awaitIdle() throws IOException {
        BufferedReader output = shell.inputReader();
        String line = output.readLine();
        while (!Idle.STARTED.equals(line)) {
            assertThat(line).as("what the process prints").isNotNull();
            line = output.readLine();
        }
    }

    /** Starts and waits to be ended. */
    static final class Idle {
        static final String STARTED = "started";

        private Idle() {}

        public static void main(String... arguments) throws IOException {
            System.out.println(STARTED);
            System.in.read();
        }
    }
}
