package io.ringmirror.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ServiceTest {
    /** Whether the file was there, each time that somebody looked. */
    private final List<Boolean> seen = new ArrayList<>();

    private Path readyFile;

    @BeforeEach
    void leaveTheFileOfAKilledProcess(@TempDir Path directory) throws Exception {
        readyFile = Files.createFile(directory.resolve("ready"));
    }

    @Test
    void theReadyFileIsThereFromWhenTheServerIsReadyToItsEndAndNeverBefore() {
        List<Boolean> ready = List.of(false, true, false, true);

        assertThatIllegalStateException()
                .isThrownBy(() -> new Service(Optional.of(readyFile))
                        .run(
                                () -> {
                                    see();
                                    return this::see;
                                },
                                new Script(ready)));
        assertThat(seen).containsExactly(false, false, true, false, true, true);
        assertThat(readyFile).doesNotExist();
    }

    /** Whatever the start was at, and whatever it makes of the interruption, it did not fail. */
    @Test
    @Timeout(60)
    void aStartThatIsToldToEndIsInterruptedAndNothingElse() {
        Service service = new Service(Optional.empty());

        assertThatThrownBy(() -> service.run(
                        () -> {
                            CompletableFuture<Void> unused = CompletableFuture.runAsync(service::tell);
                            awaitInterruption();
                            throw new IllegalStateException("no broker answered");
                        },
                        new Script(List.of())))
                .isInstanceOf(InterruptedException.class)
                .hasRootCauseMessage("no broker answered");
    }

    private static void awaitInterruption() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            // As a client does that wraps it.
        }
    }

    private void see() {
        seen.add(Files.exists(readyFile));
    }

    /** A server that is ready or not as written, and fails then. */
    private final class Script implements Service.Look<AutoCloseable> {
        private final List<Boolean> ready;
        private int looks;

        private Script(List<Boolean> ready) {
            this.ready = ready;
        }

        @Override
        public boolean ready(AutoCloseable server) {
            return ready.get(looks++);
        }

        @Override
        public Optional<IllegalStateException> failure(AutoCloseable server) {
            see();
            return looks < ready.size() ? Optional.empty() : Optional.of(new IllegalStateException("it failed"));
        }
    }
}
