package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.cli.Main;
import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.PositionFile;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A role that is to go to a server that cannot take it: it says why, nothing is done, and the old source serves on (C11). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnfitTargetTest {
    private static final long MIB = 1L << 20;

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
    void aServerWhoseFlushFailsIsNotGivenTheRoleUntilItsDiskTakesWritesC11() throws Exception {
        Definition mirror = define("failing", "essen", "hagen");
        MirrorServer essen = server("essen");
        MirrorServer hagen = server("hagen");
        Patterns.write(essen, "failing", 1);
        Path inTheWay =
                Files.createDirectories(stage.replica("hagen", "failing").resolve("position.tmp/full"));
        stage.await(
                "failing",
                "hagen has it",
                s -> Stage.replica(s, "hagen").state().appliedSequence() == 1);
        stage.order(mirror, "hagen", Action.FLUSH);
        stage.await(
                "failing",
                "it says so",
                s -> Stage.replica(s, "hagen").stopped().contains("cannot be written"));

        assertThat(promote(1, "failing", "hagen"))
                .contains("server hagen cannot take the role: its images cannot be written", "nothing was done");
        assertServesOn(essen, "failing");
        assertThat(hagen.mirrors()).containsEntry("failing", Role.DESTINATION);

        Files.delete(inTheWay);
        Files.delete(inTheWay.getParent());
        stage.await(
                "failing",
                "it has flushed",
                s -> Stage.replica(s, "hagen").stopped().isEmpty());
        assertThat(promote(0, "failing", "hagen")).contains("server hagen is the source of mirror failing");
        Patterns.read(hagen, "failing", 1, 2);
    }

    @Test
    void aServerWhoseReplicaDivergedIsNotGivenTheRoleC11() throws Exception {
        Definition mirror = define("apart", "mainz", "worms");
        define("beside", "mainz", "worms");
        MirrorServer mainz = server("mainz");
        MirrorServer worms = server("worms");
        Patterns.write(mainz, "apart", 1);
        stage.level(mirror);
        worms.close();
        PositionFile.open(stage.replica("worms", "apart").resolve("position"))
                .markDirty(new DirtyTo(9, 9, 1, Optional.empty()));
        MirrorServer again = server("worms");
        stage.await(
                "apart",
                "it says so",
                s -> s.verdict() == Verdict.STOPPED && s.reason().contains("DIVERGED"));

        assertThat(promote(1, "apart", "worms"))
                .contains("server worms cannot take the role", "DIVERGED", "nothing was done");
        assertServesOn(mainz, "apart");
        assertThat(again.mirrors()).containsOnlyKeys("beside");
        assertThat(promote(0, "beside", "worms")).contains("server worms is the source of mirror beside");
    }

    /** A disk that hangs is a pipe that nobody reads. */
    @Test
    void aServerWhoseDiskHangsIsNotGivenTheRoleC11() throws Exception {
        Definition mirror = define("hanging", "pisa", "lucca");
        MirrorServer pisa = server("pisa");
        server("lucca");
        Patterns.write(pisa, "hanging", 1);
        Path pipe = stage.replica("lucca", "hanging").resolve("position.tmp");
        Tool.succeed("mkfifo", pipe.toString());
        try {
            stage.await(
                    "hanging",
                    "lucca has it",
                    s -> Stage.replica(s, "lucca").state().appliedSequence() == 1);
            stage.order(mirror, "lucca", Action.FLUSH);
            Awaitility.await("it says that its disk hangs")
                    .atMost(Stage.PATIENCE)
                    .until(() -> fitness("hanging", "lucca").contains("its disk has been at one flush for"));

            assertThat(promote(1, "hanging", "lucca"))
                    .contains("server lucca cannot take the role: its disk has been", "nothing was done");
            assertServesOn(pisa, "hanging");
        } finally {
            try (InputStream end = Files.newInputStream(pipe)) {
                Files.delete(pipe);
                assertThat(end).isNotNull();
            }
        }
    }

    private MirrorServer server(String name) throws Exception {
        return stage.server(name, Role.SOURCE, Role.DESTINATION);
    }

    private Definition define(String mirror, String from, String to) {
        return stage.define(mirror, from, List.of(to), new Definition.Volume("disk", 8 * MIB));
    }

    private static void assertServesOn(MirrorServer source, String mirror) throws Exception {
        assertThat(source.mirrors()).containsEntry(mirror, Role.SOURCE);
        Patterns.write(source, mirror, 2);
        Patterns.read(source, mirror, 1, 2);
    }

    /** What a promote would do. */
    private String fitness(String mirror, String server) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        Main.run(out, out, "promote", mirror, "--server", server, "--bootstrap-server", stage.bootstrapServers());
        return said.toString();
    }

    private String promote(int exitCode, String mirror, String server) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        assertThat(Main.run(
                        out,
                        out,
                        "promote",
                        mirror,
                        "--server",
                        server,
                        "--execute",
                        "--wait",
                        "--bootstrap-server",
                        stage.bootstrapServers()))
                .as(said.toString())
                .isEqualTo(exitCode);
        return said.toString();
    }
}
