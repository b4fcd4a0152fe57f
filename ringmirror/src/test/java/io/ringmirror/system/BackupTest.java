package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.replica.store.ReplicaException;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A replica's directory is put back from a backup, taken while its server was stopped, or put elsewhere (failures 21, 22). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackupTest {
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
    void anOlderDestinationGoesOnIfTheRingHasWhatItLacksAndHoldsTheReleaseUntilThenF22() throws Exception {
        Definition mirror = define("older", "oslo", "bergen");
        MirrorServer oslo = stage.server("oslo", Role.SOURCE);
        MirrorServer bergen = stage.server("bergen", Role.DESTINATION);
        try (Disk disk = Disk.of(oslo, "older")) {
            disk.write(0);
            stage.level(mirror);
            bergen.close();
            Path backup = backUp("bergen", "older");
            bergen = stage.server("bergen", Role.DESTINATION);
            disk.write(1);
            stage.await(
                    "older",
                    "bergen has it",
                    s -> Stage.replica(s, "bergen").state().appliedSequence() == 2);
            stage.flush(mirror, "bergen");
            bergen.close();
            putBack(backup, "bergen", "older");

            stage.server("bergen", Role.DESTINATION);
            MirrorStatus back = stage.await("older", "bergen is seen back", s -> s.verdict() == Verdict.DIVERGED);
            assertThat(back.reason()).contains("bergen went back", "sequence 2", "sequence 1");
            stage.flush(mirror, "oslo");
            assertThat(stage.status("older").releasedEpoch()).isEqualTo(1);
            stage.order(mirror, "bergen", Action.FLUSH);
            stage.await("older", "it is released", s -> s.releasedEpoch() == 2 && s.verdict() == Verdict.IN_SYNC);
        }
        stage.assertIdentical(mirror);
    }

    @Test
    void anOlderSourceGoesOnIfTheRingHasWhatItLacksF22() throws Exception {
        Definition mirror = define("source", "rome", "milan");
        MirrorServer rome = stage.server("rome", Role.SOURCE);
        stage.server("milan", Role.DESTINATION);
        try (Disk disk = Disk.of(rome, "source")) {
            disk.write(0);
            stage.flush(mirror, "rome");
        }
        rome.close();
        Path backup = backUp("rome", "source");
        rome = stage.server("rome", Role.SOURCE);
        try (Disk disk = Disk.of(rome, "source")) {
            disk.write(1);
            stage.flush(mirror, "rome");
            disk.write(2);
        }
        rome.close();
        putBack(backup, "rome", "source");

        rome = stage.server("rome", Role.SOURCE);
        try (Disk disk = Disk.of(rome, "source")) {
            disk.readAll(3);
            disk.write(3);
        }
        stage.orderAll(mirror, Action.FLUSH);
        stage.await(
                "source",
                "both have flushed all",
                s -> s.replicas().stream().allMatch(replica -> replica.state().flushedSequence() == 4));
        stage.assertIdentical(mirror);
    }

    @Test
    void anOlderReplicaIsRefusedIfTheRecordsItLacksAreDeletedF12F22() throws Exception {
        Definition mirror = define("tooold", "lyon", "nice");
        MirrorServer lyon = stage.server("lyon", Role.SOURCE);
        MirrorServer nice = stage.server("nice", Role.DESTINATION);
        try (Disk disk = Disk.of(lyon, "tooold")) {
            disk.write(0);
            stage.level(mirror);
            nice.close();
            Path backup = backUp("nice", "tooold");
            nice = stage.server("nice", Role.DESTINATION);
            disk.write(1);
            stage.level(mirror);
            stage.await("tooold", "all is deallocated", s -> s.deallocatedRecords() == 2);
            nice.close();
            byte[] before = Files.readAllBytes(backup.resolve("position"));
            putBack(backup, "nice", "tooold");

            assertThatThrownBy(() -> stage.server("nice", Role.DESTINATION))
                    .hasMessageContaining("GAP")
                    .hasMessageContaining("needs a full copy");
            assertThat(stage.replica("nice", "tooold").resolve("position")).hasBinaryContent(before);
            stage.await("tooold", "it is said", s -> s.reason().contains("GAP") || s.verdict() == Verdict.DIVERGED);
        }
    }

    @Test
    void aCopyOnAnotherServerIsRefusedF21() throws Exception {
        stage.define("copied", "bonn", List.of("kiel", "ulm"), new Definition.Volume("disk", 8 * Disk.MIB));
        stage.server("bonn", Role.SOURCE);
        MirrorServer kiel = stage.server("kiel", Role.DESTINATION);
        kiel.close();
        Path copy = stage.replica("ulm", "copied");
        Files.createDirectories(copy.getParent());
        Tool.succeed("cp", "-a", stage.replica("kiel", "copied").toString(), copy.toString());

        assertThatThrownBy(() -> stage.server("ulm", Role.DESTINATION))
                .hasCauseInstanceOf(ReplicaException.class)
                .hasMessageContaining("which is registered for server ulm");
    }

    @Test
    void anImageThatIsTruncatedOrAPositionFileThatIsCutOrGoneIsRefusedF21F22() throws Exception {
        Definition mirror = define("damaged", "bern", "basle");
        MirrorServer bern = stage.server("bern", Role.SOURCE);
        MirrorServer basle = stage.server("basle", Role.DESTINATION);
        try (Disk disk = Disk.of(bern, "damaged")) {
            disk.write(0);
        }
        stage.level(mirror);
        basle.close();
        Path backup = backUp("basle", "damaged");
        Path image = stage.image("basle", "damaged", "disk");
        Path position = stage.replica("basle", "damaged").resolve("position");

        Tool.succeed("truncate", "-s", "4M", image.toString());
        refused("has 4194304 bytes, but the volume has 8388608");
        putBack(backup, "basle", "damaged");
        Tool.succeed("truncate", "-s", "-20", position.toString());
        refused("position");
        putBack(backup, "basle", "damaged");
        Files.delete(position);
        refused("position file " + position + " is missing");
        putBack(backup, "basle", "damaged");
        stage.server("basle", Role.DESTINATION);
        try (Disk disk = Disk.of(bern, "damaged")) {
            disk.write(1);
        }
        stage.level(mirror);
        stage.assertIdentical(mirror);
    }

    private void refused(String words) {
        assertThatThrownBy(() -> stage.server("basle", Role.DESTINATION))
                .hasCauseInstanceOf(ReplicaException.class)
                .hasMessageContaining(words);
    }

    private Definition define(String mirror, String from, String to) {
        return stage.define(mirror, from, List.of(to), new Definition.Volume("disk", 8 * Disk.MIB));
    }

    private Path backUp(String server, String mirror) throws Exception {
        Path backup = stage.replica(server, mirror).resolveSibling(mirror + ".backup");
        Tool.succeed("cp", "-a", stage.replica(server, mirror).toString(), backup.toString());
        return backup;
    }

    private void putBack(Path backup, String server, String mirror) throws Exception {
        Tool.succeed("rm", "-r", stage.replica(server, mirror).toString());
        Tool.succeed(
                "cp", "-a", backup.toString(), stage.replica(server, mirror).toString());
    }
}
