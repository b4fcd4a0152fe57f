package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program of the system, as a user would; a test that needs one fails where it is missing. The path is the
 * system's own, as nbdsh needs the Python that came with it.
 */
final class Tool {
    private static final String PATH = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** Only so that a test that would wait for ever fails instead. */
    private static final long PATIENCE_S = 120;

    private Tool() {}

    /** Runs it to its end, which must be good; returns what it printed. */
    static String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    static String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", PATH);
        Process process = builder.start();
        Future<?> watchdog = process.onExit()
                .orTimeout(PATIENCE_S, TimeUnit.SECONDS)
                .exceptionally(late -> process.destroyForcibly());
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        watchdog.cancel(false);
        assertThat(exitCode).as("%s:%n%s", String.join(" ", command), output).isZero();
        return output;
    }
}
