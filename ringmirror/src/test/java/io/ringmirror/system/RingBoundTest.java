package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ring that may not grow, and a destination that does not flush: what the claim cannot give, said and waited out. */
class RingBoundTest {
    private static final long MIB = 1L << 20;

    @TempDir
    Path directory;

    /** I5 at the bound: the source does not flush, its cache fills, and only then does a writer wait. */
    @Test
    void atItsBoundOnlyWritersWaitAndTheyGoOnWhenTheDestinationHasFlushedF7F8() throws Exception {
        ExecutorService client = Executors.newSingleThreadExecutor();
        try (Stage stage = Stage.set(directory)) {
            Definition mirror = stage.define(
                    new Definition.Ring(2, 2, 1L << 40),
                    "small",
                    "east",
                    List.of("west"),
                    new Definition.Volume("disk", 64 * MIB));
            MirrorServer source = stage.server("east", Role.SOURCE);
            stage.server("west", Role.DESTINATION);
            String uri = Stage.uri(source, "small/disk");
            stage.order(mirror, "west", Action.HOLD_FLUSH);
            Tool.succeed("qemu-io", "-f", "raw", uri, "-c", "write -P 1 0 1M");
            stage.flush(mirror, "east");

            Future<String> writer = client.submit(() -> Tool.succeed(
                    "qemu-io",
                    "-f",
                    "raw",
                    uri,
                    "-c",
                    "write -P 2 1M 16M",
                    "-c",
                    "write -P 3 17M 16M",
                    "-c",
                    "write -P 4 33M 16M"));
            MirrorStatus full = stage.await(
                    "small",
                    "the source's cache is full",
                    s -> Stage.replica(s, "east").state().dirtyBytes() >= 32 * MIB);

            assertThat(writer).as("the client that writes").isNotDone();
            assertThat(full.requiredLogs()).isEqualTo(2);
            assertThat(Stage.replica(full, "east").state().flushes()).isEqualTo(1);
            assertThat(Tool.succeed("qemu-io", "-f", "raw", uri, "-c", "read -P 1 0 1M", "-c", "read -P 2 1M 16M"))
                    .as("reads do not wait")
                    .doesNotContain("failed");
            stage.order(mirror, "west", Action.RESUME_FLUSH);
            stage.order(mirror, "west", Action.FLUSH);
            assertThat(writer.get()).doesNotContain("failed");
            stage.level(mirror);
            stage.assertIdentical(mirror);
            assertThat(stage.logStarts("small")).hasSize(2);
        } finally {
            client.shutdownNow();
        }
    }
}
