package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.cli.Main;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import io.ringmirror.server.MirrorServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Those whom a release waits for are away: the tracker, or a destination for ever (failures 24, 25). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrackerOutageTest {
    private Stage stage;

    @BeforeAll
    void setStage(@TempDir Path directory) throws Exception {
        stage = Stage.set(directory);
    }

    @AfterAll
    void clearStage() {
        stage.close();
    }

    @Test
    void withoutTheTrackerWritesFlushesAndATakeoverGoOnAndOnlyTheReleaseWaitsF25() throws Exception {
        Definition mirror = stage.define("m", "oslo", List.of("bergen"), new Definition.Volume("disk", 8 * Disk.MIB));
        MirrorServer oslo = stage.server("oslo", Role.SOURCE, Role.DESTINATION);
        MirrorServer bergen = stage.server("bergen", Role.SOURCE, Role.DESTINATION);
        try (Disk disk = Disk.of(oslo, "m")) {
            disk.write(0);
            stage.level(mirror);
            stage.await("m", "epoch 1 is deallocated", s -> s.deallocatedRecords() == 1);

            stage.stopTracker();
            disk.write(1);
            flushBoth(mirror);
            disk.write(2);
            flushBoth(mirror);
        }
        assertThat(stage.logStarts("m").values().stream().filter(start -> start > 0))
                .as("logs with deleted records")
                .hasSize(1);
        assertThat(stage.status("m").releasedEpoch()).isEqualTo(1);

        ringmirror("promote", "m", "--server", "bergen", "--execute", "--wait");
        assertThat(bergen.mirrors()).containsEntry("m", Role.SOURCE);
        Stage.awaitRole(oslo, "m", Role.DESTINATION);
        try (Disk disk = Disk.of(bergen, "m")) {
            disk.readAll(3);
            disk.write(3);
        }

        stage.startTracker("tracker-anew");
        stage.await(
                "m",
                "what was flushed is released, and the takeover known",
                s -> s.releasedEpoch() >= 3 && s.term() == 2);
        stage.orderAll(mirror, Action.FLUSH);
        stage.await("m", "all is level", s -> s.verdict() == Verdict.IN_SYNC && s.sealedEpoch() > 3);
    }

    @Test
    void aSourceThatOnlyItsOwnEventsTellOfHandsTheRoleOverF17F25() throws Exception {
        stage.stopTracker();
        try {
            stage.define("untold", "lyon", List.of("nice"), new Definition.Volume("disk", 8 * Disk.MIB));
            MirrorServer lyon = stage.server("lyon", Role.SOURCE, Role.DESTINATION);
            MirrorServer nice = stage.server("nice", Role.SOURCE, Role.DESTINATION);
            try (Disk disk = Disk.of(lyon, "untold")) {
                disk.write(0);
            }
            assertThat(ringmirror("promote", "untold", "--server", "nice"))
                    .contains("would ask server lyon to finish, flush and hand over");
            handOver("lyon", nice, "nice");
            handOver("nice", lyon, "lyon");
        } finally {
            stage.startTracker("tracker-told");
        }
    }

    @Test
    void aDestinationThatIsGoneForEverHoldsTheRingUntilItIsRemovedF7F24() throws Exception {
        Definition mirror = stage.define(
                new Definition.Ring(2, 2, 1L << 40),
                "held",
                "rome",
                List.of("milan", "turin"),
                new Definition.Volume("disk", 64 * Disk.MIB));
        MirrorServer rome = stage.server("rome", Role.SOURCE);
        stage.server("milan", Role.DESTINATION);
        MirrorServer turin = stage.server("turin", Role.DESTINATION);
        ExecutorService clients = Executors.newSingleThreadExecutor();
        try (Disk disk = Disk.of(rome, "held")) {
            disk.write(0);
            stage.level(mirror);
            turin.close();
            disk.write(1);
            stage.flush(mirror, "rome");
            Future<?> writer = clients.submit(() -> {
                for (int piece = 2; piece < 50; piece++) {
                    disk.write(piece);
                }
                return null;
            });
            stage.await(
                    "held",
                    "the source's cache is full",
                    s -> Stage.replica(s, "rome").state().dirtyBytes() >= 32 * Disk.MIB);
            assertThat(writer).isNotDone();

            ringmirror("destination", "remove", "held", "--server", "turin", "--execute");
            stage.order(mirror, "milan", Action.FLUSH);
            writer.get();
            disk.readAll(50);
        } finally {
            clients.shutdownNow();
        }
        Definition left = mirror.without("turin", "rome");
        stage.level(left);
        stage.assertIdentical(left);
    }

    /** Without a tracker nobody tells, so the images do. */
    private void flushBoth(Definition mirror) {
        stage.order(mirror, "oslo", Action.FLUSH);
        Awaitility.await("both images are level").atMost(Stage.PATIENCE).until(() -> {
            stage.order(mirror, "bergen", Action.FLUSH);
            return Files.mismatch(stage.image("oslo", "m", "disk"), stage.image("bergen", "m", "disk")) == -1;
        });
    }

    private void handOver(String from, MirrorServer server, String to) throws Exception {
        assertThat(ringmirror("promote", "untold", "--server", to, "--execute", "--wait"))
                .contains("server " + from + " has handed over");
        try (Disk disk = Disk.of(server, "untold")) {
            disk.readAll(1);
        }
    }

    private String ringmirror(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--bootstrap-server", stage.bootstrapServers()));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        assertThat(Main.run(out, out, all.toArray(String[]::new)))
                .as(said.toString())
                .isZero();
        return said.toString();
    }
}
