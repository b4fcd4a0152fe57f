package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One pair of servers carries several mirrors, and a mirror several volumes. */
class ManyMirrorsTest {
    private static final long MIB = 1L << 20;

    @TempDir
    Path directory;

    @Test
    void threeMirrorsOnOnePairOfServersKeepTheirVolumesApart() throws Exception {
        try (Stage stage = Stage.set(directory)) {
            MirrorServer source = stage.server("east", Role.SOURCE);
            stage.server("west", Role.DESTINATION);
            List<Definition> mirrors = new ArrayList<>();
            for (String mirror : List.of("red", "green", "blue")) {
                mirrors.add(stage.define(
                        mirror,
                        "east",
                        List.of("west"),
                        new Definition.Volume("data", 16 * MIB),
                        new Definition.Volume("journal", 4 * MIB)));
            }
            for (Definition mirror : mirrors) {
                stage.await(mirror.mirror(), "both servers run it", s -> s.verdict() == Verdict.IN_SYNC);
            }

            int pattern = 0;
            for (Definition mirror : mirrors) {
                for (Definition.Volume volume : mirror.volumes()) {
                    String uri = Stage.uri(source, mirror.mirror() + "/" + volume.name());
                    Tool.succeed("qemu-io", "-f", "raw", uri, "-c", "write -P " + ++pattern + " 700 1M");
                }
            }

            pattern = 0;
            for (Definition mirror : mirrors) {
                MirrorStatus status = stage.level(mirror);
                stage.assertIdentical(mirror);
                assertThat(Stage.replica(status, "west").state().flushes())
                        .as("flushes that covered both volumes of %s", mirror.mirror())
                        .isEqualTo(1);
                for (Definition.Volume volume : mirror.volumes()) {
                    Path copy = stage.image("west", mirror.mirror(), volume.name());
                    String read = "read -P " + ++pattern + " 700 1M";
                    assertThat(Tool.succeed(
                                    "qemu-io", "-f", "raw", copy.toString(), "-c", read, "-c", "read -P 0 0 700"))
                            .doesNotContain("failed");
                }
            }
        }
    }
}
