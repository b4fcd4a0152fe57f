package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringmirror.cli.Main;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file system that is too small for a replica: its flush fails until there is room, and nothing is said to be flushed
 * that is not (failures 3, 9, 10). Left out where file systems cannot be mounted.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FullDiskTest {
    private static final int PIECES = 12;

    private final Deque<Path> mounted = new ArrayDeque<>();
    private Path directory;
    private Stage stage;

    @BeforeAll
    void setStage(@TempDir Path temporary) throws Exception {
        directory = temporary;
        stage = Stage.set(directory);
    }

    @AfterAll
    void clearStage() throws Exception {
        stage.close();
        while (!mounted.isEmpty()) {
            unmount(mounted.peek());
        }
    }

    @Test
    void aFullDiskAtTheDestinationHoldsItsFlushAndTheReleaseUntilThereIsRoomF10() throws Exception {
        Definition mirror = define("west", "oslo", "bergen");
        Path disk = mount("bergen", "6m");
        MirrorServer oslo = stage.server("oslo", Role.SOURCE);
        stage.server("bergen", Role.DESTINATION);
        write(oslo, mirror);
        stage.flush(mirror, "oslo");
        awaitApplied(mirror, "bergen");

        stage.order(mirror, "bergen", Action.FLUSH);
        MirrorStatus full = awaitFull("west", "bergen");
        ReplicaState bergen = Stage.replica(full, "bergen").state();
        assertThat(bergen.flushes()).isZero();
        assertThat(bergen.flushedSequence()).isZero();
        assertThat(full.releasedEpoch()).isZero();
        assertThat(stage.logStarts("west").values()).containsOnly(0L);

        try (Disk more = Disk.of(oslo, "west")) {
            more.write(PIECES);
        }
        Tool.succeed("mount", "-o", "remount,size=64m", disk.toString());
        stage.level(mirror);
        stage.await("west", "it goes on", s -> s.verdict() == Verdict.IN_SYNC && s.releasedEpoch() >= 1);
        stage.assertIdentical(mirror);
    }

    @Test
    void aServerWithAFullDiskIsNotGivenTheRoleUntilThereIsRoomC11() throws Exception {
        Definition mirror = define("north", "turin", "genoa");
        Path disk = mount("genoa", "6m");
        MirrorServer turin = stage.server("turin", Role.SOURCE, Role.DESTINATION);
        MirrorServer genoa = stage.server("genoa", Role.SOURCE, Role.DESTINATION);
        write(turin, mirror);
        awaitApplied(mirror, "genoa");
        Path filler = disk.resolve("filler");
        Tool.succeed("sh", "-c", "head -c 16M /dev/zero > " + filler + " || true");

        assertThat(promote(1, "genoa"))
                .contains("server genoa cannot take the role: the disk of data.dir=" + disk + " is full")
                .contains("nothing was done");
        assertThat(turin.mirrors()).containsEntry("north", Role.SOURCE);
        try (Disk client = Disk.of(turin, "north")) {
            client.write(PIECES);
            client.readAll(PIECES + 1);
        }
        Files.delete(filler);
        Tool.succeed("mount", "-o", "remount,size=64m", disk.toString());
        assertThat(promote(0, "genoa")).contains("server genoa is the source of mirror north");
        try (Disk client = Disk.of(genoa, "north")) {
            client.readAll(PIECES + 1);
        }
    }

    @Test
    void aFullDiskAtTheSourceKeepsTheEpochDirtyAndReadableUntilThereIsRoomF9() throws Exception {
        Definition mirror = define("east", "rome", "milan");
        Path disk = mount("rome", "6m");
        MirrorServer rome = stage.server("rome", Role.SOURCE);
        stage.server("milan", Role.DESTINATION);
        write(rome, mirror);

        stage.order(mirror, "rome", Action.FLUSH);
        MirrorStatus full = awaitFull("east", "rome");
        ReplicaState source = Stage.replica(full, "rome").state();
        assertThat(source.flushes()).isZero();
        assertThat(source.flushedEpoch()).isZero();
        try (Disk client = Disk.of(rome, "east")) {
            client.write(PIECES);
            client.readAll(PIECES + 1);
        }
        stage.flush(mirror, "milan");
        assertThat(stage.status("east").releasedEpoch()).isZero();

        Tool.succeed("mount", "-o", "remount,size=64m", disk.toString());
        stage.await(
                "east",
                "the source has flushed",
                s -> Stage.replica(s, "rome").state().flushedEpoch() == 1);
        stage.level(mirror);
        stage.assertIdentical(mirror);
    }

    /** What a kill in the middle of a flush leaves: a dirty position file, half the images, a torn file beside it. */
    @Test
    void aHalfFlushIsRedoneFromTheRingBeforeAnybodyIsShownTheVolumeF3() throws Exception {
        Definition mirror = define("torn", "lyon", "nice");
        Path disk = mount("nice", "6m");
        MirrorServer lyon = stage.server("lyon", Role.SOURCE);
        MirrorServer nice = stage.server("nice", Role.DESTINATION);
        write(lyon, mirror);
        awaitApplied(mirror, "nice");
        stage.order(mirror, "nice", Action.FLUSH);
        awaitFull("torn", "nice");
        Path killed = directory.resolve("killed");
        Tool.succeed("cp", "-a", disk.toString(), killed.toString());
        nice.close();
        unmount(disk);
        Tool.succeed("cp", "-a", killed + "/.", disk.toString());
        Path position = stage.replica("nice", "torn").resolve("position");
        assertThat(position).content().contains("dirty.to");
        assertThat(Files.mismatch(stage.image("lyon", "torn", "disk"), stage.image("nice", "torn", "disk")))
                .as("half of the flush is in the image")
                .isNotEqualTo(-1);
        Files.writeString(position.resolveSibling("position.tmp"), "torn");

        MirrorServer again = stage.server("nice", Role.SOURCE, Role.DESTINATION);
        Awaitility.await("it takes the role, which it refuses while its images are a mixture")
                .atMost(Stage.PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    stage.order(mirror, "nice", Action.PROMOTE);
                    return again.mirrors().get("torn") == Role.SOURCE;
                });
        try (Disk client = Disk.of(again, "torn")) {
            client.readAll(PIECES);
        }
    }

    private String promote(int exitCode, String server) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        String[] words = {"promote", "north", "--server", server, "--execute", "--wait", "-b", stage.bootstrapServers()
        };
        assertThat(Main.run(out, out, words)).as(said.toString()).isEqualTo(exitCode);
        return said.toString();
    }

    private Definition define(String mirror, String from, String to) {
        return stage.define(mirror, from, List.of(to), new Definition.Volume("disk", 32 * Disk.MIB));
    }

    private static void write(MirrorServer source, Definition mirror) throws Exception {
        try (Disk client = Disk.of(source, mirror.mirror())) {
            for (int piece = 0; piece < PIECES; piece++) {
                client.write(piece);
            }
        }
    }

    private void awaitApplied(Definition mirror, String server) {
        stage.await(
                mirror.mirror(),
                server + " has taken all in",
                s -> Stage.replica(s, server).state().appliedSequence() == PIECES);
    }

    private MirrorStatus awaitFull(String mirror, String server) {
        MirrorStatus full = stage.await(
                mirror,
                server + " says that its disk is full",
                s -> Stage.replica(s, server).stopped().contains("No space left on device"));
        assertThat(full.reason()).contains(server, "cannot be written", "tried again");
        return full;
    }

    /** A file system of its own, and small, for all that a server keeps. */
    private Path mount(String server, String size) throws Exception {
        Path at = Files.createDirectories(directory.resolve(server));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=" + size, "none", at.toString()).start();
        assumeTrue(mount.waitFor() == 0, "this test mounts file systems, which is not allowed here");
        mounted.push(at);
        return at;
    }

    private void unmount(Path at) throws Exception {
        Tool.succeed("umount", at.toString());
        mounted.remove(at);
    }
}
