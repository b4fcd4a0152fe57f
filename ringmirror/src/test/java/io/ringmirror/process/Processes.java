package io.ringmirror.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Child processes of a test, each with files of what it printed. Every wait is bounded; those that still run at the end
 * are ended in reverse order. One thread.
 */
final class Processes implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** The system's own, as nbdsh needs the Python that came with it. */
    private static final String PATH = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Path directory;
    private final Deque<Process> running = new ArrayDeque<>();
    private int runs;

    Processes(Path directory) {
        this.directory = directory;
    }

    /** Starts a process under a name of its own; returns when it has printed {@code ready} on either stream. */
    Process start(String name, String ready, Map<String, String> environment, List<String> command) throws IOException {
        Process process = builder(name, environment, command).start();
        running.push(process);
        Awaitility.await(name + " prints '" + ready + "'")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    boolean alive = process.isAlive();
                    String text = output(name);
                    assertThat(alive || text.contains(ready)).as(text).isTrue();
                    return text.contains(ready);
                });
        return process;
    }

    /** What a process that was started printed so far, stdout first. */
    String output(String name) {
        return text(file(name, "out")) + text(file(name, "err"));
    }

    /** Runs a program to its end. */
    Answer run(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        return run(environment, command, PATIENCE);
    }

    /** Runs a program that takes longer than most to its end. */
    Answer run(Map<String, String> environment, List<String> command, Duration bound)
            throws IOException, InterruptedException {
        String name = "run-" + ++runs;
        Process process = builder(name, environment, command).start();
        running.push(process);
        boolean ended = process.waitFor(bound.toSeconds(), TimeUnit.SECONDS);
        assertThat(ended).as("%s ends:%n%s", command, output(name)).isTrue();
        running.remove(process);
        return new Answer(command, process.exitValue(), text(file(name, "out")), text(file(name, "err")));
    }

    /** Runs a program of the system, which must succeed, as a user would; a test that needs one fails where it is missing. */
    String tool(String... command) throws IOException, InterruptedException {
        return run(Map.of("PATH", PATH), List.of(command)).succeeded().out();
    }

    /** Asks a process to stop, as a service manager does, and waits for it; returns its exit code. */
    static int stop(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        running.forEach(process -> process.destroyForcibly().onExit().join());
    }

    private ProcessBuilder builder(String name, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(file(name, "out").toFile())
                .redirectError(file(name, "err").toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    private Path file(String name, String stream) {
        return directory.resolve(name + "." + stream);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
