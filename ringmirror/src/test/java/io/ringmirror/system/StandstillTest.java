package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mirrors that stand still or hang on a server, and the others there. A disk that hangs is a pipe nobody reads or writes. */
@Timeout(120)
class StandstillTest {
    private static final Definition.Volume DISK = new Definition.Volume("disk", 8 << 20);

    @Test
    void aMirrorThatStandsStillSaysWhyAndRunsOnceItIsToldToTryAgain(@TempDir Path directory) throws Exception {
        try (Stage stage = Stage.set(directory)) {
            Definition mirror = stage.define("mended", "oslo", List.of("bergen"), DISK);
            stage.define("other", "oslo", List.of("bergen"), DISK);
            MirrorServer oslo = stage.server("oslo", Role.SOURCE);
            MirrorServer bergen = stage.server("bergen", Role.DESTINATION);
            Patterns.write(oslo, "mended", 1);
            long flushed = Stage.replica(stage.level(mirror), "bergen").state().flushedEpoch();
            bergen.close();
            Path position = stage.replica("bergen", "mended").resolve("position");
            byte[] good = Files.readAllBytes(position);
            Files.writeString(position, "spoilt");
            MirrorServer again = stage.server("bergen", Role.DESTINATION);

            MirrorStatus.ReplicaStatus standing = Stage.replica(
                    stage.await(
                            "mended",
                            "it says why",
                            s -> Stage.replica(s, "bergen").stopped().contains("position file")),
                    "bergen");
            assertThat(standing.state().flushedEpoch())
                    .as("what was known of the replica stays")
                    .isEqualTo(flushed);
            assertThat(standing.wentBack()).isFalse();
            assertThat(again.mirrors()).containsOnlyKeys("other");

            Files.write(position, good);
            stage.order(mirror, "bergen", Action.RETRY);
            stage.await(
                    "mended",
                    "it runs",
                    s -> Stage.replica(s, "bergen").stopped().isEmpty());
            Patterns.write(oslo, "mended", 2);
            stage.level(mirror);
            stage.assertIdentical(mirror);
        }
    }

    @Test
    void mirrorsWhoseStartHangsHoldUpNoOther(@TempDir Path directory) throws Exception {
        List<Path> pipes = new ArrayList<>();
        try (Stage stage = Stage.set(directory)) {
            MirrorServer oslo = stage.server("oslo", Role.SOURCE);
            try {
                for (int i = 1; i <= 5; i++) {
                    Path replica = Files.createDirectories(stage.replica("oslo", "hangs" + i));
                    pipes.add(pipe(replica.resolve("position")));
                    stage.define("hangs" + i, "oslo", List.of("bergen"), DISK);
                }
                stage.define("good", "oslo", List.of("bergen"), DISK);

                stage.await("good", "it runs", s -> s.term() == 1);
                assertThat(oslo.mirrors()).containsOnlyKeys("good");
            } finally {
                for (Path pipe : pipes) {
                    Files.newOutputStream(pipe).close();
                }
            }
        }
    }

    @Test
    void mirrorsWhoseFlushHangsHoldUpNoFlushAndNoReadOfAnother(@TempDir Path directory) throws Exception {
        List<Path> pipes = new ArrayList<>();
        try (Stage stage = Stage.set(directory)) {
            MirrorServer oslo = stage.smallServer("oslo", 4 << 20);
            try {
                for (int i = 1; i <= 8; i++) {
                    String name = "hangs" + i;
                    stage.define(name, "oslo", List.of("bergen"), DISK);
                    stage.await(name, "it runs", s -> s.term() == 1);
                    pipes.add(pipe(stage.replica("oslo", name).resolve("position.tmp")));
                    Patterns.write(oslo, name, 1);
                }
                stage.define("good", "oslo", List.of("bergen"), DISK);
                stage.await("good", "it runs", s -> s.term() == 1);
                for (int write = 1; write <= 2; write++) {
                    long before = stage.status("good").sealedEpoch();
                    Patterns.write(oslo, "good", write);
                    stage.await("good", "it flushes", s -> flushedEpoch(s, "oslo") > before);
                    forget(stage.image("oslo", "good", "disk"));
                    Patterns.read(oslo, "good", write);
                }
                for (int i = 1; i <= 8; i++) {
                    assertThat(flushedEpoch(stage.status("hangs" + i), "oslo")).isZero();
                }
            } finally {
                for (Path pipe : pipes) {
                    letGo(pipe);
                }
            }
        }
    }

    private static long flushedEpoch(MirrorStatus status, String server) {
        return Stage.replica(status, server).state().flushedEpoch();
    }

    /** Has the system forget what it holds of a file in memory, so that reads go to the disk. */
    private static void forget(Path image) throws Exception {
        Tool.succeed("dd", "if=" + image, "iflag=nocache", "count=0", "status=none");
    }

    private static Path pipe(Path path) throws Exception {
        Tool.succeed("mkfifo", path.toString());
        return path;
    }

    /** The writer that waits for a reader fails, and finds no pipe when it tries again. */
    private static void letGo(Path pipe) throws IOException {
        try (InputStream end = Files.newInputStream(pipe)) {
            Files.delete(pipe);
            assertThat(end).isNotNull();
        }
    }
}
