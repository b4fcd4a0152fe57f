package io.ringmirror.replica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaLockTest {
    @TempDir
    private Path directory;

    @Test
    void aDirectoryInUseByThisProcessIsRefusedAndStaysLocked() throws IOException {
        long pid = ProcessHandle.current().pid();
        try (ReplicaLock held = ReplicaLock.acquire(directory, "left")) {
            for (int attempt = 0; attempt < 2; attempt++) {
                refused("right", "in use by server left, process " + pid);
            }
            assertThat(held.file()).isRegularFile();
        }
        ReplicaLock.acquire(directory, "right").close();
    }

    @Test
    void aDirectoryInUseByAnotherProcessIsRefusedUntilThatEndsF21() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = other.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).startsWith("held");
            refused("left", "in use by server other, process " + other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
        ReplicaLock.acquire(directory, "left").close();
    }

    @Test
    void closingTwiceDoesNotGiveBackTheNextHoldersLock() throws IOException {
        ReplicaLock first = ReplicaLock.acquire(directory, "left");
        first.close();
        try (ReplicaLock second = ReplicaLock.acquire(directory, "left")) {
            first.close();
            refused("right", "in use by server left");
            assertThat(second.file()).isRegularFile();
        }
    }

    private void refused(String server, String message) {
        assertThatExceptionOfType(ReplicaException.class)
                .isThrownBy(() -> ReplicaLock.acquire(directory, server))
                .withMessageContaining(directory.toString())
                .withMessageContaining(message);
    }
}
