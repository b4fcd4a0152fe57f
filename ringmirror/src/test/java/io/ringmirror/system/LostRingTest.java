package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.client.NbdClient;
import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import io.ringmirror.server.MirrorServer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Somebody deletes a ring, or records of it, or adds logs to it, under servers that live (failures 11, 12, 13). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostRingTest {
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
    void aRingThatIsDeletedStopsSourceAndDestinationForGoodAndNoOtherMirrorF11() throws Exception {
        Definition mirror = define("deleted", "oslo", "bergen");
        Definition other = stage.define("beside", "moss", List.of("oslo"), new Definition.Volume("disk", 8 * MIB));
        MirrorServer oslo = stage.server("oslo", Role.SOURCE, Role.DESTINATION);
        MirrorServer bergen = stage.server("bergen", Role.DESTINATION);
        MirrorServer moss = stage.server("moss", Role.SOURCE);
        try (NbdClient client = Stage.connect(oslo, "deleted", 8)) {
            write(client, 0);
            stage.level(mirror);

            stage.deleteRing("deleted");
            assertThatIOException().isThrownBy(() -> write(client, MIB));
        }
        awaitGone(bergen, "was deleted", "Make the mirror anew");
        stage.await(
                "deleted",
                "it is said",
                s -> s.verdict() == Verdict.STOPPED && s.reason().contains("TOPIC_GONE"));
        Awaitility.await("oslo gives the mirror up")
                .atMost(Stage.PATIENCE)
                .until(() -> !oslo.mirrors().containsKey("deleted"));
        assertThat(oslo.mirrors()).containsKey("beside");
        try (NbdClient client = Stage.connect(moss, "beside", 8)) {
            write(client, 0);
        }
        stage.level(other);
    }

    @Test
    void nothingThatGoesToARingMadeAnewIsAcknowledgedOrAppliedF11() throws Exception {
        Definition mirror = define("anew", "rome", "milan");
        MirrorServer rome = stage.server("rome", Role.SOURCE);
        MirrorServer milan = stage.server("milan", Role.DESTINATION);
        try (NbdClient client = Stage.connect(rome, "anew", 8)) {
            write(client, 0);
            stage.level(mirror);
            write(client, MIB);
            byte[] image = Files.readAllBytes(stage.image("milan", "anew", "disk"));

            stage.deleteRing("anew");
            stage.makeRing(mirror);
            assertThatIOException().isThrownBy(() -> write(client, 2 * MIB));

            awaitLasting(rome);
            awaitLasting(milan);
            assertThat(Files.readAllBytes(stage.image("milan", "anew", "disk"))).isEqualTo(image);
        }
        rome.close();
        assertThatThrownBy(() -> stage.server("rome", Role.SOURCE))
                .hasMessageContaining("it was deleted and made anew");
    }

    @Test
    void anIdleMirrorNoticesARingMadeAnewF11() throws Exception {
        Definition mirror = define("idle", "lyon", "nice");
        stage.server("lyon", Role.SOURCE);
        MirrorServer nice = stage.server("nice", Role.DESTINATION);
        stage.await("idle", "both run", s -> s.replicas().stream().allMatch(MirrorStatus.ReplicaStatus::heard));
        stage.deleteRing("idle");
        stage.makeRing(mirror);
        awaitLasting(nice);
    }

    @Test
    void recordsDeletedBeneathADestinationThatIsSlowAreAGapAndNothingIsResetF12() throws Exception {
        Definition mirror = stage.define("slow", "bonn", List.of("kiel"), new Definition.Volume("disk", 64 * MIB));
        MirrorServer bonn = stage.server("bonn", Role.SOURCE);
        MirrorServer kiel = stage.server("kiel", Role.DESTINATION);
        stage.await("slow", "both run", s -> s.replicas().stream().allMatch(MirrorStatus.ReplicaStatus::heard));
        stage.order(mirror, "kiel", Action.HOLD_FLUSH);
        try (NbdClient client = Stage.connect(bonn, "slow", 8)) {
            for (long at = 0; at < 64; at++) {
                write(client, at * MIB);
            }
            client.drain();
        }
        stage.await(
                "slow",
                "kiel's cache is full before it has all",
                s -> Stage.replica(s, "kiel").state().dirtyBytes() >= 32 * MIB
                        && Stage.replica(s, "kiel").state().appliedSequence()
                                < Stage.replica(s, "bonn").state().appliedSequence());

        stage.deleteRecords("slow", 1);
        stage.order(mirror, "kiel", Action.RESUME_FLUSH);
        stage.order(mirror, "kiel", Action.FLUSH);
        MirrorStatus stopped = stage.await("slow", "kiel stopped", s -> s.verdict() == Verdict.STOPPED);
        assertThat(stopped.reason()).contains("kiel stopped", "GAP", "log 1", "full copy");
        awaitLasting(kiel);
        ReplicaState before = Stage.replica(stopped, "kiel").state();
        kiel.close();

        assertThatThrownBy(() -> stage.server("kiel", Role.DESTINATION))
                .hasMessageContaining("GAP")
                .hasMessageContaining("needs a full copy");
        MirrorStatus again = stage.await(
                "slow",
                "kiel says so again",
                s -> Stage.replica(s, "kiel").heardMs()
                        > Stage.replica(stopped, "kiel").heardMs());
        assertThat(Stage.replica(again, "kiel").state().flushedSequence())
                .isLessThanOrEqualTo(before.appliedSequence());
        assertThat(again.releasedEpoch()).isLessThan(2);
    }

    @Test
    void logsAddedByHandAreTakenOnlyWhenTheChainNamesThemF13() throws Exception {
        Definition mirror = define("wider", "bern", "basle");
        MirrorServer bern = stage.server("bern", Role.SOURCE);
        stage.server("basle", Role.DESTINATION);
        try (NbdClient client = Stage.connect(bern, "wider", 8);
                Admin admin = Admin.create(stage.client())) {
            for (long epoch = 0; epoch < 6; epoch++) {
                write(client, epoch * MIB);
                stage.level(mirror);
                if (epoch == 2) {
                    admin.createPartitions(Map.of(Stage.TOPICS.ring("wider"), NewPartitions.increaseTo(8)))
                            .all()
                            .get();
                }
            }
        }
        stage.assertIdentical(mirror);
        assertThat(stage.logStarts("wider")).hasSize(8);
    }

    private Definition define(String mirror, String from, String to) {
        return stage.define(mirror, from, List.of(to), new Definition.Volume("disk", 8 * MIB));
    }

    private static void write(NbdClient client, long offset) throws Exception {
        byte[] data = new byte[(int) MIB];
        Arrays.fill(data, (byte) (1 + offset / MIB));
        client.write(offset, ByteBuffer.wrap(data));
        client.flush();
    }

    private static void awaitGone(MirrorServer server, String... words) {
        ChainException gone = awaitLasting(server);
        assertThat(gone.kind()).isEqualTo(Kind.TOPIC_GONE);
        assertThat(gone).hasMessageContainingAll(words);
    }

    /** Waits until the server's only mirror stands still for good; then its process ends with exit code 5. */
    private static ChainException awaitLasting(MirrorServer server) {
        Throwable why = Awaitility.await("the mirror stands still")
                .atMost(Stage.PATIENCE)
                .until(server::failure, Optional::isPresent)
                .orElseThrow()
                .getCause();
        assertThat(why).isInstanceOf(ChainException.class);
        return (ChainException) why;
    }
}
