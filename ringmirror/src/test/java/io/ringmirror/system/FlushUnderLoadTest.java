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

/** Logs go round under a client that writes as fast as it can: sealed, followed, released, deleted and opened again. */
class FlushUnderLoadTest {
    private static final long MIB = 1L << 20;

    @TempDir
    Path directory;

    @Test
    void aBusyClientReadsWhatItWroteWhileAllServersFlushAndLogsAreReused() throws Exception {
        ExecutorService client = Executors.newSingleThreadExecutor();
        try (Stage stage = Stage.set(directory)) {
            Definition mirror =
                    stage.define("busy", "east", List.of("west", "north"), new Definition.Volume("disk", 32 * MIB));
            MirrorServer source = stage.server("east", Role.SOURCE);
            stage.server("west", Role.DESTINATION);
            stage.server("north", Role.DESTINATION);
            String uri = Stage.uri(source, "busy/disk");
            stage.await("busy", "all run", s -> s.replicas().stream().allMatch(MirrorStatus.ReplicaStatus::heard));

            Future<String> fio = client.submit(() -> Tool.succeed(
                    "fio",
                    "--name=busy",
                    "--ioengine=nbd",
                    "--uri=" + uri,
                    "--rw=randwrite",
                    "--bssplit=512/10:4k/50:64k/30:1m/10",
                    "--blockalign=512",
                    "--iodepth=32",
                    "--size=32m",
                    "--verify=crc32c",
                    "--verify_fatal=1",
                    "--verify_state_save=0",
                    "--randrepeat=0"));
            while (!fio.isDone()) {
                stage.orderAll(mirror, Action.FLUSH);
            }

            assertThat(fio.get()).contains("err= 0");
            Tool.succeed("qemu-io", "-f", "raw", uri, "-c", "write -P 1 0 4096");
            MirrorStatus status = stage.level(mirror);
            stage.assertIdentical(mirror);
            assertThat(status.sealedEpoch())
                    .as("epochs, more than the logs they went through")
                    .isGreaterThan(status.logs().size());
        } finally {
            client.shutdownNow();
        }
    }
}
