package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Child processes of a test, each with a file of what it printed; those that still run are ended in reverse order. */
final class Processes implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final Deque<Process> running = new ArrayDeque<>();

    Processes(Path directory) {
        this.directory = directory;
    }

    /** Starts a process; returns when it has printed {@code ready}. */
    Process start(String name, String ready, List<String> command) throws IOException {
        Path output = directory.resolve(name + ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("RINGMIRROR_HEAP_OPTS", "-Xmx192m"));
        Process process = builder.start();
        running.push(process);
        Awaitility.await(name + " prints '" + ready + "'").atMost(PATIENCE).until(() -> {
            String text = Files.readString(output);
            assertThat(process.isAlive() || text.contains(ready)).as(text).isTrue();
            return text.contains(ready);
        });
        return process;
    }

    /** What a process printed so far. */
    String output(String name) throws IOException {
        return Files.readString(directory.resolve(name + ".out"));
    }

    /** Asks a process to stop, as a service manager does, and waits for it. */
    static int stop(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        for (Process process : running) {
            process.destroyForcibly().onExit().join();
        }
    }
}
