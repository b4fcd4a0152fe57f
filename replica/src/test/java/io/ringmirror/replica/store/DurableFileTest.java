package io.ringmirror.replica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    private static final int ROUNDS = 200;

    @TempDir
    private Path parent;

    @Test
    void mirrorsThatStartTogetherMakeTheDirectoryAboveThem() throws Exception {
        AtomicInteger arrived = new AtomicInteger();
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            Future<?> first = two.submit(() -> makeAtTheSameMoment(arrived));
            Future<?> second = two.submit(() -> makeAtTheSameMoment(arrived));
            first.get();
            second.get();
        } finally {
            two.shutdown();
        }
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(parent.resolve("data" + round)).isDirectory();
        }
    }

    @Test
    void aDirectoryIsOnDiskWithThoseAboveIt() throws IOException {
        assertThat(Forces.during(parent, () -> DurableFile.makeDirectory(parent.resolve("data/mirror"))))
                .containsExactly("", "data");
    }

    @Test
    void aFileInTheWayOfADirectoryIsRefused() throws IOException {
        Path file = Files.createFile(parent.resolve("data"));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> DurableFile.makeDirectory(file));
    }

    /** Two of these begin each round together, as nearly as threads can; one that fails lets the other run on. */
    private Void makeAtTheSameMoment(AtomicInteger arrived) throws IOException {
        try {
            for (int round = 0; round < ROUNDS; round++) {
                arrived.incrementAndGet();
                while (arrived.get() < 2 * (round + 1)) {
                    Thread.onSpinWait();
                }
                DurableFile.makeDirectory(parent.resolve("data" + round));
            }
            return null;
        } finally {
            arrived.addAndGet(2 * ROUNDS);
        }
    }
}
