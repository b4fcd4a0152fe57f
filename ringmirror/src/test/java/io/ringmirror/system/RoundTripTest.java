package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTripTest {
    private static final long MIB = 1L << 20;

    @TempDir
    Path directory;

    @Test
    void aWriteGoesAllTheWayRound() throws Exception {
        try (Stage stage = Stage.set(directory)) {
            Definition definition =
                    stage.define("demo", "east", List.of("west"), new Definition.Volume("disk", 16 * MIB));
            MirrorServer source = stage.server("east", Role.SOURCE);
            stage.server("west", Role.DESTINATION);

            Tool.succeed("qemu-io", "-f", "raw", "-c", "write -P 0x5a 1000 70000", Stage.uri(source, "demo/disk"));
            stage.flush(definition, "east");
            stage.flush(definition, "west");
            MirrorStatus status = stage.await("demo", "epoch 1 is deallocated", s -> s.deallocatedRecords() == 1);

            assertThat(status.releasedEpoch()).isEqualTo(1);
            assertThat(status.openEpoch()).isEqualTo(2);
            assertThat(Files.mismatch(stage.image("east", "demo", "disk"), stage.image("west", "demo", "disk")))
                    .isEqualTo(-1);
            Tool.succeed("qemu-io", "-f", "raw", "-c", "read -P 0x5a 1000 70000", Stage.uri(source, "demo/disk"));
        }
    }
}
