package io.ringmirror.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.system.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code bin/ringmirror} as it is laid out in the image: bin/ and lib/ and no sources. */
class LauncherIT {
    @TempDir
    private Path dir;

    private Distribution distribution;
    private Path launcher;

    @BeforeEach
    void layOut() throws IOException {
        distribution = Distribution.layOut(dir.resolve("opt"));
        launcher = distribution.launcher();
    }

    @AfterEach
    void end() throws IOException {
        distribution.close();
    }

    @Test
    void runsFromAnyDirectoryThroughRelativeAndAbsoluteLinks() throws Exception {
        Path absolute = Files.createSymbolicLink(dir.resolve("absolute"), launcher);
        Files.createSymbolicLink(dir.resolve("relative"), Path.of("opt/bin/ringmirror"));
        Path elsewhere = Files.createDirectory(dir.resolve("else where"));

        assertThat(run(elsewhere, Map.of(), absolute.toString(), "version")).contains("ringmirror ", "exit 0");
        assertThat(run(elsewhere, Map.of(), "../relative", "version")).contains("ringmirror ", "exit 0");
    }

    @Test
    void passesOptionsToJavaAndTheExitCodeToTheShell() throws Exception {
        assertThat(run(dir, Map.of("RINGMIRROR_OPTS", "-showversion -Dx=y"), launcher.toString(), "nonsense"))
                .contains("OpenJDK", "Unmatched argument", "exit 2");
    }

    @Test
    void letsAServerHaveMemoryOffTheHeapUnlessThatIsSetAlready() throws Exception {
        Map<String, String> print = Map.of("RINGMIRROR_OPTS", "-XX:+PrintFlagsFinal");
        Map<String, String> set = Map.of("RINGMIRROR_OPTS", "-XX:+PrintFlagsFinal -XX:MaxDirectMemorySize=123m");

        assertThat(run(dir, print, launcher.toString(), "server", "--help"))
                .containsPattern("MaxDirectMemorySize += [1-9][0-9]{7,} .*command line");
        assertThat(run(dir, set, launcher.toString(), "server", "--help"))
                .containsPattern("MaxDirectMemorySize += " + (123L << 20) + " .*command line");
    }

    @Test
    void whatCannotBePrintedIsAFailureAndWhatNobodyReadsIsNone() throws Exception {
        String full = "exec " + launcher + " completion > /dev/full";
        assertThat(run(dir, Map.of(), "bash", "-c", full))
                .isEqualTo("ringmirror: the output cannot be written: No space left on device\nexit 1");

        String closed = launcher + " completion | head -1; echo ${PIPESTATUS[0]}";
        assertThat(run(dir, Map.of(), "bash", "-c", closed)).isEqualTo("#!/usr/bin/env bash\n141\nexit 0");
    }

    @Test
    void namesTheJavaThatIsNotThere() throws Exception {
        assertThat(run(dir, Map.of("JAVA_HOME", "/nowhere"), launcher.toString(), "version"))
                .contains("no Java at '/nowhere/bin/java'", "exit 1");
    }

    private static String run(Path directory, Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return output + "exit " + process.waitFor();
    }
}
