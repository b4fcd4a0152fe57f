package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.cli.Main;
import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.replica.store.ReplicaException;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A destination more, from a copy of another one's directory (failures 21, 24): the ring holds what it lacks. */
class SeededDestinationTest {
    private static final Definition.Volume DISK = new Definition.Volume("disk", 8 << 20);

    @Test
    void aCopyOfAReplicaGoesOnAsAnotherOneAndTheRingWaitsForIt(@TempDir Path directory) throws Exception {
        try (Stage stage = Stage.set(directory)) {
            Definition mirror = stage.define("seeded", "oslo", List.of("bergen"), DISK);
            MirrorServer oslo = stage.server("oslo", Role.SOURCE);
            MirrorServer bergen = stage.server("bergen", Role.DESTINATION);
            Patterns.write(oslo, "seeded", 1);
            stage.level(mirror);
            stage.await("seeded", "epoch 1 is deallocated", status -> status.deallocatedRecords() == 1);

            Definition wider = mirror.with(new Definition.Replica("voss", UUID.randomUUID()));
            stage.redefine(wider);
            Patterns.write(oslo, "seeded", 2);
            stage.flush(mirror, "oslo");
            stage.flush(mirror, "bergen");
            bergen.close();
            Path copy = copy(stage.replica("bergen", "seeded"), stage.replica("voss", "seeded"));
            assertThatThrownBy(() -> stage.server("voss", Role.DESTINATION))
                    .as("a copy is nobody else's replica by itself")
                    .hasCauseInstanceOf(ReplicaException.class)
                    .hasMessageContaining("not replica");
            ReplicaDirectory.adopt(copy, wider, "voss");

            stage.server("voss", Role.DESTINATION);
            stage.server("bergen", Role.DESTINATION);
            Patterns.write(oslo, "seeded", 3);
            MirrorStatus status = stage.level(wider);
            stage.assertIdentical(wider);
            assertThat(status.replicas()).hasSize(3);
            stage.await("seeded", "all is released", s -> s.releasedEpoch() == s.sealedEpoch());
        }
    }

    /** As docs/operations.md has it: position, images, position; the server goes on and flushes between them. */
    @Test
    void aCopyOfARunningReplicaIsReadableOnceItHasFollowedPastWhereItWasCopiedI2(@TempDir Path directory)
            throws Exception {
        try (Stage stage = Stage.set(directory)) {
            Definition mirror = stage.define("seeded", "oslo", List.of("bergen"), DISK);
            MirrorServer oslo = stage.server("oslo", Role.SOURCE);
            stage.server("bergen", Role.DESTINATION);
            Patterns.write(oslo, "seeded", 1);
            stage.level(mirror);
            Definition wider = mirror.with(new Definition.Replica("voss", UUID.randomUUID()));
            stage.redefine(wider);
            Path from = stage.replica("bergen", "seeded");
            Path to = stage.replica("voss", "seeded");
            Tool.succeed("mkdir", "-p", to.toString());
            copyOf("position", from, to.resolve("position.before"));
            copyOf("volumes", from, to);
            Patterns.write(oslo, "seeded", 2);
            stage.level(mirror);
            copyOf("position", from, to);
            assertThatThrownBy(() -> ReplicaDirectory.adopt(to, wider, "voss"))
                    .as("images before the position, as they were before the flush")
                    .hasMessageContaining("has only one of position.before");
            copyOf("position", from, to.resolve("position.after"));
            ReplicaDirectory.adopt(to, wider, "voss");

            stage.server("voss", Role.DESTINATION);
            Patterns.write(oslo, "seeded", 3);
            stage.level(wider);
            stage.assertIdentical(wider);
        }
    }

    @Test
    void aCopyThatNeedsWhatTheRingGaveBackIsNotAdopted(@TempDir Path directory) throws Exception {
        try (Stage stage = Stage.set(directory)) {
            Definition mirror = stage.define("late", "oslo", List.of("bergen"), DISK);
            MirrorServer oslo = stage.server("oslo", Role.SOURCE);
            MirrorServer bergen = stage.server("bergen", Role.DESTINATION);
            Patterns.write(oslo, "late", 1);
            stage.level(mirror);
            bergen.close();
            Path copy = copy(stage.replica("bergen", "late"), stage.replica("voss", "late"));
            byte[] position = Files.readAllBytes(copy.resolve("position"));
            stage.server("bergen", Role.DESTINATION);
            Patterns.write(oslo, "late", 2);
            stage.level(mirror);
            stage.await("late", "both epochs are given back", status -> status.deallocatedRecords() == 2);
            stage.redefine(mirror.with(new Definition.Replica("voss", UUID.randomUUID())));

            for (String execute : List.of("--debug", "--execute")) {
                assertThat(adopt(5, stage, copy, execute))
                        .contains("which the ring of mirror 'late' does not hold any more", "nothing was done");
                assertThat(copy.resolve("position")).hasBinaryContent(position);
            }
        }
    }

    private static String adopt(int exitCode, Stage stage, Path copy, String execute) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        String[] words = {
            "adopt", "late", "--server", "voss", "--directory", copy.toString(), execute, "-b", stage.bootstrapServers()
        };
        assertThat(Main.run(out, out, words)).as(said.toString()).isEqualTo(exitCode);
        return said.toString();
    }

    private static void copyOf(String name, Path from, Path to) throws IOException, InterruptedException {
        Tool.succeed("cp", "-a", from.resolve(name).toString(), to.toString());
    }

    private static Path copy(Path from, Path to) throws IOException, InterruptedException {
        Tool.succeed("mkdir", "-p", to.getParent().toString());
        Tool.succeed("cp", "-a", from.toString(), to.toString());
        return to;
    }
}
