package io.ringmirror.replica.store;

import static io.ringmirror.replica.store.Positions.CLUSTER_ID;
import static io.ringmirror.replica.store.Positions.TOPIC_ID;
import static io.ringmirror.replica.store.Positions.VOLUME_BYTES;
import static io.ringmirror.replica.store.Positions.definition;
import static io.ringmirror.replica.store.Positions.volume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.volume.Extent;
import io.ringmirror.volume.VolumeImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaDirectoryTest {
    @TempDir
    private Path parent;

    @Test
    void aNewReplicaIsAllZeroesAtTheOrigin() throws IOException {
        try (ReplicaDirectory replica = open()) {
            assertThat(replica.checkpoint())
                    .isEqualTo(Checkpoint.origin(Positions.REPLICA_ID, Role.DESTINATION, Positions.origin())
                            .used(Use.OPEN));
            assertThat(replica.images()).hasSize(2);
            for (VolumeImage image : replica.images()) {
                assertThat(image.extents(0, VOLUME_BYTES)).containsExactly(new Extent(0, VOLUME_BYTES, true));
            }
        }
        assertThat(directory().resolve("volumes/boot.img")).hasSize(VOLUME_BYTES);
        assertThat(directory().resolve("volumes/data.img")).hasSize(VOLUME_BYTES);
    }

    @Test
    void onlyItsOwnerGetsAtAReplicaWhateverTheUmask() throws IOException {
        try (ReplicaDirectory replica = open()) {
            replica.markDirty(new DirtyTo(1, 9, 1, Optional.empty()));
            assertThat(rights(directory()))
                    .isEqualTo(Map.of(
                            "", "rwx------",
                            "volumes", "rwx------",
                            "volumes/boot.img", "rw-------",
                            "volumes/data.img", "rw-------",
                            "volumes/in-use", "rw-------",
                            "position", "rw-------",
                            "replica.lock", "rw-------"));
        }
    }

    @Test
    void aReplicaKeepsTheRightsThatItWasFoundWith() throws IOException {
        open().close();
        Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-x---"));
        Path image = directory().resolve("volumes/boot.img");
        Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rw-r-----"));

        open().close();

        assertThat(rights(directory())).containsEntry("", "rwxr-x---").containsEntry("volumes/boot.img", "rw-r-----");
    }

    @Test
    void aReplicaIsOpenedAsItWasClosed() throws IOException {
        try (ReplicaDirectory replica = open()) {
            replica.markDirty(new DirtyTo(1, 9, 1, Optional.empty()));
            replica.images().get(1).write(512, ByteBuffer.wrap(new byte[] {42}));
            replica.images().get(1).force();
            replica.advance(Positions.at(1, 1, 9), Positions.trails());
        }
        try (ReplicaDirectory replica = open()) {
            ByteBuffer read = ByteBuffer.allocate(1);
            replica.images().get(1).read(512, read);
            assertThat(read.get(0)).isEqualTo((byte) 42);
            assertThat(replica.checkpoint().position()).isEqualTo(Positions.at(1, 1, 9));
            assertThat(replica.checkpoint().dirtyTo()).isEmpty();
        }
    }

    @Test
    void whatCannotBeOpenedIsNamedWithTheReason() throws IOException {
        open().close();
        Files.delete(image("boot"));
        Files.createDirectory(image("boot"));
        refused(definition(), "volume image " + image("boot") + " cannot be opened: Is a directory");

        Path inTheWay = Files.createFile(parent.resolve("file"));
        assertThatIOException()
                .isThrownBy(() ->
                        ReplicaDirectory.open(inTheWay.resolve("disks"), definition(), "right", CLUSTER_ID, TOPIC_ID))
                .withMessageContaining("cannot make the replica's directory " + inTheWay + "/disks: " + inTheWay)
                .withMessageEndingWith("correct data.dir");
    }

    @Test
    void aReplicaInUseIsRefusedF21() throws IOException {
        try (ReplicaDirectory replica = open()) {
            assertThat(replica.directory()).isEqualTo(directory());
            refused(definition(), "right", CLUSTER_ID, TOPIC_ID, "in use by server right");
        }
    }

    @Test
    void aReplicaOfAnotherMirrorIsRefusedF21() throws IOException {
        open().close();
        Definition other = definition("other", new UUID(8, 8), volume("boot"), volume("data"));
        refused(
                other,
                "right",
                CLUSTER_ID,
                TOPIC_ID,
                "holds a replica of the mirror with id " + Positions.MIRROR_ID + ", not of mirror other");
    }

    @Test
    void aReplicaOfAnotherServerIsRefusedF21() throws IOException {
        open().close();
        refused(definition(), "left", CLUSTER_ID, TOPIC_ID, "registered for server left");
    }

    @Test
    void aReplicaFromAnotherClusterOrTopicIsRefusedF11() throws IOException {
        open().close();
        refused(definition(), "right", "cluster-b", TOPIC_ID, "follows Kafka cluster cluster-a");
        refused(definition(), "right", CLUSTER_ID, "topic-b", "was deleted and made anew");
    }

    @Test
    void aServerWithoutARegisteredReplicaIsRefused() {
        refused(
                definition(),
                "nowhere",
                CLUSTER_ID,
                TOPIC_ID,
                "no replica of mirror disks; registered are [left, right]");
        assertThat(directory()).doesNotExist();
    }

    @Test
    void volumesThatAreNotTheMirrorsAreRefused() throws IOException {
        open().close();
        refused(definition("disks", Positions.MIRROR_ID, volume("boot")), "data.img: mirror disks has no such volume");
        refused(
                definition("disks", Positions.MIRROR_ID, volume("boot"), volume("data"), volume("more")),
                "more.img is missing");
        refused(
                definition("disks", Positions.MIRROR_ID, volume("boot"), new Definition.Volume("data", 512)),
                "data.img has 65536 bytes, but the volume has 512");
    }

    @Test
    void aTruncatedImageIsRefusedF21() throws IOException {
        open().close();
        try (RandomAccessFile image = new RandomAccessFile(image("boot").toFile(), "rw")) {
            image.setLength(VOLUME_BYTES / 2);
        }
        refused(definition(), "boot.img has 32768 bytes");
    }

    @Test
    void aDirectoryWhoseMakingWasCutShortIsMadeAgain() throws IOException {
        open().close();
        Files.delete(directory().resolve("position"));
        Files.delete(image("data"));
        Files.write(image("boot"), new byte[0]);
        Files.writeString(directory().resolve("position.tmp"), "ringmi");

        try (ReplicaDirectory replica = open()) {
            assertThat(replica.checkpoint().position()).isEqualTo(Positions.origin());
        }
        assertThat(image("boot")).hasSize(VOLUME_BYTES);
    }

    @Test
    void imagesWithDataAreNeverMadeAgainF22() throws IOException {
        try (ReplicaDirectory replica = open()) {
            replica.images().get(0).write(0, ByteBuffer.wrap(new byte[] {1}));
        }
        Files.delete(directory().resolve("position"));
        refused(definition(), "boot.img: it holds data, but the position file");
    }

    @Test
    void aDirectoryWithOtherFilesIsRefused() throws IOException {
        Files.createDirectories(directory());
        Files.writeString(directory().resolve("thesis.txt"), "precious");
        refused(definition(), "thesis.txt: this directory holds other files and no replica");
    }

    @Test
    void aDamagedPositionFileIsRefusedF22() throws IOException {
        open().close();
        Files.writeString(directory().resolve("position"), "ringmirror-position 2\n");
        refused(definition(), "it was cut off");
    }

    @Test
    void aRefusalGivesTheLockBack() throws IOException {
        open().close();
        refused(definition(), "left", CLUSTER_ID, TOPIC_ID, "registered for server left");
        open().close();
    }

    @Test
    void whatWasCopiedIsOnDiskBeforeAPositionOfThisReplicaClaimsItI2F22() throws IOException {
        open().close();
        Definition wider = wider();

        List<String> forced = Forces.during(directory(), () -> ReplicaDirectory.adopt(directory(), wider, "third"));

        assertThat(forced).containsSubsequence("volumes/boot.img", "volumes/data.img", "volumes", "position.tmp", "");
    }

    @Test
    void aCopyWithAnInterruptedFlushIsStillOneWhenItIsAdoptedI2() throws IOException {
        DirtyTo to = DirtyTo.of(Positions.origin(), Positions.at(1, 1, 9), Positions.trails());
        try (ReplicaDirectory replica = open()) {
            replica.markDirty(to);
        }
        Definition wider = wider();

        ReplicaDirectory.adopt(directory(), wider, "third");

        try (ReplicaDirectory adopted = ReplicaDirectory.open(directory(), wider, "third", CLUSTER_ID, TOPIC_ID)) {
            assertThat(adopted.checkpoint().dirtyTo()).contains(to);
        }
    }

    @Test
    void aCopyOfADirectoryInUseIsRefusedUnlessItBringsThePositionsBeforeAndAfterI2() throws IOException {
        try (ReplicaDirectory replica = open()) {
            replica.advance(Positions.at(1, 1, 5), List.of());
            keep("position.before");
            replica.advance(Positions.at(1, 2, 8), Positions.trails());
            replica.markDirty(
                    DirtyTo.of(Positions.at(1, 2, 8), Positions.at(1, 3, 12), List.of(sealOfEpoch(2), sealOfEpoch(3))));
            keep("position.after");
        }
        leaveOpen();
        Files.move(directory().resolve("position.before"), parent.resolve("kept"));
        refusedToAdopt("has only one of position.before and position.after");
        Files.delete(directory().resolve("position.after"));
        refusedToAdopt("copy of a directory that was not closed");
        keep("position.after");
        Files.move(parent.resolve("kept"), directory().resolve("position.before"));
        refused(definition(), "a copy that is not adopted yet");

        Files.createFile(directory().resolve("volumes/in-use"));

        ReplicaDirectory.adopt(directory(), wider(), "third");

        assertThat(directory().resolve("position.before")).doesNotExist();
        assertThat(directory().resolve("volumes/in-use")).doesNotExist();
        try (ReplicaDirectory adopted = ReplicaDirectory.open(directory(), wider(), "third", CLUSTER_ID, TOPIC_ID)) {
            assertThat(adopted.checkpoint().position()).isEqualTo(Positions.at(1, 1, 5));
            DirtyTo to = adopted.checkpoint().dirtyTo().orElseThrow();
            assertThat(List.of(to.epoch(), to.sequence())).containsExactly(3L, 12L);
            assertThat(to.history().orElseThrow().seals())
                    .extracting(DirtyTo.Seal::epoch)
                    .as("those before the flushed position, too")
                    .containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void aCopyOfACopyThatWasTakenInUseHasStillToBeFollowedPastI2() throws IOException {
        try (ReplicaDirectory replica = open()) {
            keep("position.before");
            replica.advance(Positions.at(1, 1, 5), List.of());
            keep("position.after");
        }
        ReplicaDirectory.adopt(directory(), wider(), "third");
        ReplicaDirectory.adopt(directory(), definition(), "left");

        Checkpoint again = PositionFile.open(directory().resolve("position")).checkpoint();
        assertThat(again.replicaId()).isEqualTo(Positions.SOURCE_ID);
        assertThat(again.dirtyTo().orElseThrow().sequence()).isEqualTo(5);
    }

    @Test
    void positionsOfOneMomentSayThatNobodyWroteMeanwhile() throws IOException {
        try (ReplicaDirectory replica = open()) {
            replica.advance(Positions.at(1, 1, 5), List.of());
            keep("position.before");
            keep("position.after");
        }
        ReplicaDirectory.adopt(directory(), wider(), "third");
        assertThat(PositionFile.open(directory().resolve("position"))
                        .checkpoint()
                        .dirtyTo())
                .isEmpty();
    }

    @Test
    void imagesCopiedInUseAreRefusedThoughThePositionWasCopiedAfterTheCloseI2() throws IOException {
        open().close();
        Files.createFile(directory().resolve("volumes/in-use"));
        refusedToAdopt("copy of a directory that was not closed");
        open().close();
        ReplicaDirectory.adopt(directory(), wider(), "third");
    }

    @Test
    void positionsInTheWrongOrderAreRefused() throws IOException {
        try (ReplicaDirectory replica = open()) {
            keep("position.after");
            replica.advance(Positions.at(1, 1, 5), List.of());
            keep("position.before");
        }
        refusedToAdopt("is not a later position");
    }

    @Test
    void positionsOfOnePlaceInTheWrongOrderAreRefusedByTheFlushes() throws IOException {
        try (ReplicaDirectory replica = open()) {
            replica.advance(Positions.at(1, 1, 5), List.of());
            keep("position.after");
            replica.advance(Positions.at(1, 1, 5), List.of());
            keep("position.before");
        }
        refusedToAdopt("is not a later position");
    }

    @Test
    void positionsOfTwoReplicasAreRefused() throws IOException {
        open().close();
        keep("kept");
        ReplicaDirectory.adopt(directory(), wider(), "third");
        Files.move(directory().resolve("kept"), directory().resolve("position.before"));
        keep("position.after");
        refusedToAdopt("is not a later position of the replica whose earlier one is");
    }

    @Test
    void theTwoPositionsOfACopyStayUntilItsOwnIsThereI2F22() throws IOException {
        try (ReplicaDirectory replica = open()) {
            keep("position.before");
            replica.advance(Positions.at(1, 1, 5), List.of());
            keep("position.after");
        }
        Path inTheWay = Files.createDirectory(directory().resolve("position.tmp"));
        assertThatIOException().isThrownBy(() -> ReplicaDirectory.adopt(directory(), wider(), "third"));
        Files.delete(inTheWay);

        ReplicaDirectory.adopt(directory(), wider(), "third");

        Checkpoint adopted = PositionFile.open(directory().resolve("position")).checkpoint();
        assertThat(adopted.position()).isEqualTo(Positions.origin());
        assertThat(adopted.dirtyTo().orElseThrow().sequence()).isEqualTo(5);
    }

    @Test
    void aCopyWhosePositionFileDoesNotSayWhetherItWasClosedIsRefusedI2() throws IOException {
        open().close();
        Path position = directory().resolve("position");
        Checkpoint closed = PositionFile.open(position).checkpoint();
        PositionFile.create(position, closed.used(Use.UNKNOWN));

        refusedToAdopt("as far as its older position file tells");
    }

    private void keep(String name) throws IOException {
        Files.copy(directory().resolve("position"), directory().resolve(name));
    }

    /** As a copy is whose position was taken while the server had it open. */
    private void leaveOpen() throws IOException {
        PositionFile.open(directory().resolve("position")).use(Use.OPEN);
    }

    private void refusedToAdopt(String message) {
        assertThatExceptionOfType(ReplicaException.class)
                .isThrownBy(() -> ReplicaDirectory.adopt(directory(), wider(), "third"))
                .withMessageContaining(message);
    }

    private static Definition wider() {
        return definition().with(new Definition.Replica("third", new UUID(7, 7)));
    }

    private static EpochTrail sealOfEpoch(long epoch) {
        return new EpochTrail((int) epoch, epoch, 0, Optional.of(new EpochTrail.Seal(9, 9, 9, 9, 9)));
    }

    @Test
    void whatIsFoundIsOnDiskBeforeItIsUsedI2F22() throws IOException {
        open().close();

        List<String> forced = Forces.during(directory(), () -> open().close());

        assertThat(forced).contains("volumes/boot.img", "volumes/data.img", "volumes");
    }

    private Path directory() {
        return parent.resolve("mirrors/disks");
    }

    private Path image(String volume) {
        return directory().resolve("volumes").resolve(volume + ".img");
    }

    private ReplicaDirectory open() throws IOException {
        return ReplicaDirectory.open(directory(), definition(), "right", CLUSTER_ID, TOPIC_ID);
    }

    private void refused(Definition definition, String message) {
        refused(definition, "right", CLUSTER_ID, TOPIC_ID, message);
    }

    /** Refused with the message, and nothing changed but who holds the lock. */
    private void refused(Definition definition, String server, String clusterId, String topicId, String message) {
        Map<Path, Long> before = files();
        assertThatExceptionOfType(ReplicaException.class)
                .isThrownBy(() -> ReplicaDirectory.open(directory(), definition, server, clusterId, topicId))
                .withMessageContaining(message);
        assertThat(files()).isEqualTo(before);
    }

    private Map<Path, Long> files() {
        Map<Path, Long> files = new TreeMap<>();
        for (Path file : list(directory())) {
            if (Files.isRegularFile(file) && !file.endsWith(ReplicaLock.FILE)) {
                files.put(file, file.toFile().length() << 32 | file.toFile().lastModified());
            }
        }
        return files;
    }

    private static List<Path> list(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> rights(Path directory) throws IOException {
        Map<String, String> rights = new TreeMap<>();
        for (Path path : list(directory)) {
            rights.put(
                    directory.relativize(path).toString(),
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
        return rights;
    }
}
