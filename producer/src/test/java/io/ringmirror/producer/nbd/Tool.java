package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program of the operating system; a test that needs one fails where it is not installed. The path is the
 * system's own, since programs as nbdsh need the system's Python with its modules, whichever else is installed.
 */
final class Tool {
    /** Only so that a test that would wait for ever fails instead. */
    private static final int TIMEOUT_S = 120;

    private static final String PATH = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Tool() {}

    /** What a run printed, both streams in one, and how it ended. */
    record Outcome(int exitCode, String output) {}

    /** Runs it to its end. */
    static Outcome run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
        builder.environment().put("PATH", PATH);
        Process process = builder.start();
        Future<?> watchdog = process.onExit()
                .orTimeout(TIMEOUT_S, TimeUnit.SECONDS)
                .exceptionally(late -> process.destroyForcibly());
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        watchdog.cancel(false);
        return new Outcome(exitCode, output);
    }

    /** Runs it, expects it to succeed, and returns what it printed. */
    static String succeed(String... command) throws IOException, InterruptedException {
        Outcome outcome = run(command);
        assertThat(outcome.exitCode())
                .as("%s%n%s", List.of(command), outcome.output())
                .isZero();
        return outcome.output();
    }
}
