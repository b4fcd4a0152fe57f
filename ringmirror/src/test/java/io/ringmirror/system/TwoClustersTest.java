package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.ClusterSettings;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.TestCluster;
import io.ringmirror.testing.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mirrors both ways between two servers, each with its ring on the cluster of its destination's site. */
class TwoClustersTest {
    private static final Definition.Volume DISK = new Definition.Volume("disk", 8 << 20);

    @Test
    void twoServersMirrorBothWaysOverAClusterEach(@TempDir Path directory) throws Exception {
        try (Stage east = Stage.set(directory.resolve("east"));
                Stage west = Stage.set(directory.resolve("west"))) {
            Definition there = west.define("there", "oslo", List.of("voss"), DISK);
            Definition back = east.define("back", "voss", List.of("oslo"), DISK);
            List<ClusterSettings> clusters = List.of(
                    new ClusterSettings(List.of(), Set.of("there"), east.client(), east.client(), east.client()),
                    new ClusterSettings(List.of("there"), Set.of(), west.client(), west.client(), west.client()));
            MirrorServer oslo = east.server("oslo", clusters, Role.SOURCE, Role.DESTINATION);
            MirrorServer voss = east.server("voss", clusters, Role.SOURCE, Role.DESTINATION);
            assertThat(oslo.mirrors()).containsEntry("there", Role.SOURCE).containsEntry("back", Role.DESTINATION);

            write(oslo, "there");
            write(voss, "back");
            west.level(there);
            east.level(back);
            east.assertIdentical(back);
            east.assertIdentical(there);
            oslo.close();
            voss.close();
        }
    }

    @Test
    void aClusterThatIsNotFitHoldsUpNoMirrorOfAnotherAndIsServedOnceItIs(@TempDir Path directory) throws Exception {
        try (Stage east = Stage.set(directory.resolve("east"));
                TestCluster bare = TestCluster.start()) {
            east.define("back", "voss", List.of("oslo"), DISK);
            Map<String, Object> west = Map.of("bootstrap.servers", bare.bootstrapServers());
            MirrorServer oslo = east.server(
                    "oslo",
                    List.of(
                            new ClusterSettings(List.of(), Set.of("there"), west, west, west),
                            new ClusterSettings(List.of(), Set.of(), east.client(), east.client(), east.client())),
                    Role.SOURCE,
                    Role.DESTINATION);
            assertThat(oslo.mirrors()).containsOnlyKeys("back");
            assertThat(oslo.unserved()).singleElement().asString().contains(bare.bootstrapServers(), "definitions");
            assertThat(oslo.failure()).isEmpty();

            try (Stage mended = Stage.over(directory.resolve("west"), bare.bootstrapServers(), 1)) {
                Definition late = mended.define("late", "oslo", List.of("voss"), DISK);
                mended.await("late", "it runs there, too", status -> status.term() == 1);
                assertThat(oslo.mirrors()).containsKeys("back", late.mirror());
                assertThat(oslo.unserved()).isEmpty();
            }
            oslo.close();
        }
    }

    private static void write(MirrorServer source, String mirror) throws Exception {
        String uri = Stage.uri(source, mirror + "/disk");
        assertThat(Tool.succeed("qemu-io", "-f", "raw", uri, "-c", "write -P 7 1M 2M"))
                .doesNotContain("failed");
    }
}
