package io.ringmirror.testing;

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
public final class Tool {
    /** Only so that a test that would wait for ever fails instead. */
    private static final int TIMEOUT_S = 120;

    private static final String PATH = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Tool() {}

    /** Runs it to its end, which must be good, and returns what it printed, both streams in one. */
    public static String succeed(String... command) throws IOException, InterruptedException {
        return succeed(List.of(command));
    }

    /** Runs it to its end, which must be good, and returns what it printed, both streams in one. */
    public static String succeed(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", PATH);
        Process process = builder.start();
        Future<?> watchdog = process.onExit()
                .orTimeout(TIMEOUT_S, TimeUnit.SECONDS)
                .exceptionally(late -> process.destroyForcibly());
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        watchdog.cancel(false);
        assertThat(exitCode).as("%s%n%s", String.join(" ", command), output).isZero();
        return output;
    }
}
