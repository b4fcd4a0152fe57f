package io.ringmirror.replica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ringmirror.schemas.Event.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PositionFileTest {
    @TempDir
    private Path directory;

    private Path path;
    private PositionFile file;

    @BeforeEach
    void make() throws IOException {
        path = directory.resolve("position");
        file = PositionFile.create(path, Checkpoint.origin(Positions.REPLICA_ID, Role.DESTINATION, Positions.origin()));
    }

    @Test
    void aNewReplicaIsAtTheOrigin() throws IOException {
        Checkpoint read = PositionFile.open(path).checkpoint();

        assertThat(read.position()).isEqualTo(Positions.origin());
        assertThat(read)
                .isEqualTo(new Checkpoint(
                        Positions.REPLICA_ID,
                        Role.DESTINATION,
                        0,
                        Use.CLOSED,
                        Positions.origin(),
                        Optional.empty(),
                        0,
                        List.of()));
    }

    @Test
    void whatWasStoredIsRead() throws IOException {
        file.advance(Positions.at(2, 7, 300), Positions.trails());
        DirtyTo to = DirtyTo.of(Positions.origin(), Positions.at(2, 8, 400), Positions.trails());
        assertThat(to.history().orElseThrow().seals()).hasSize(1);
        file.markDirty(to);

        Checkpoint read = PositionFile.open(path).checkpoint();

        assertThat(read)
                .isEqualTo(file.checkpoint())
                .isEqualTo(new Checkpoint(
                        Positions.REPLICA_ID,
                        Role.DESTINATION,
                        0,
                        Use.CLOSED,
                        Positions.at(2, 7, 300),
                        Optional.of(to),
                        1,
                        Positions.trails()));
    }

    @Test
    void aFlushThatStopsShortOfAnEarlierOnesGoalLeavesTheReplicaDirty() throws IOException {
        file.markDirty(new DirtyTo(2, 50, 1, Optional.empty()));
        file.advance(Positions.at(1, 1, 20), List.of());
        assertThat(file.checkpoint().dirtyTo()).contains(new DirtyTo(2, 50, 1, Optional.empty()));

        file.markDirty(new DirtyTo(1, 30, 1, Optional.empty()));
        assertThat(file.checkpoint().dirtyTo())
                .as("the furthest counts")
                .contains(new DirtyTo(2, 50, 1, Optional.empty()));

        file.advance(Positions.at(1, 2, 50), List.of());
        assertThat(PositionFile.open(path).checkpoint().dirtyTo()).isEmpty();
        assertThat(file.checkpoint().flushes()).isEqualTo(2);
    }

    @Test
    void aFileOfVersionTwoIsReadAndReplacedByTheNextChange() throws IOException {
        file.advance(Positions.at(2, 7, 300), Positions.trails());
        file.markDirty(new DirtyTo(8, 400, 2, Optional.empty()));
        String text = Files.readString(path)
                .replace("ringmirror-position 3", "ringmirror-position 2")
                .replace("use=closed\n", "");
        assertThat(text).contains("dirty.to=8 400 2\n");
        Files.writeString(path, resealed(text));

        PositionFile former = PositionFile.open(path);

        assertThat(former.checkpoint()).isEqualTo(file.checkpoint().used(Use.UNKNOWN));
        assertThat(path).content().startsWith("ringmirror-position 2\n");
        former.become(Role.SOURCE, 7);
        assertThat(path).content().startsWith("ringmirror-position 3\n");
    }

    @ParameterizedTest
    @CsvSource({"2, 7, 299", "2, 6, 300", "1, 7, 300", "1, 8, 400"})
    void aStepBackwardsIsRefusedAndChangesNothing(long term, long epoch, long sequence) throws IOException {
        file.advance(Positions.at(2, 7, 300), List.of());
        byte[] before = Files.readAllBytes(path);

        assertThatExceptionOfType(ReplicaException.class)
                .isThrownBy(() -> file.advance(Positions.at(term, epoch, sequence), List.of()))
                .withMessageContaining("term 2, epoch 7, sequence 300; it cannot go back to term " + term);

        assertThat(path).hasBinaryContent(before);
    }

    @Test
    void aPositionOfAnotherMirrorIsRefused() {
        Position other = Position.origin(new UUID(9, 9), Positions.CLUSTER_ID, Positions.TOPIC_ID);
        assertThatExceptionOfType(ReplicaException.class)
                .isThrownBy(() -> file.advance(other, List.of()))
                .withMessageContaining("cannot go on at mirror " + new UUID(9, 9));
    }

    @Test
    void aFileCutOffAnywhereIsRefusedF22() throws IOException {
        file.advance(Positions.at(2, 7, 300), Positions.trails());
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            refused("position file " + path + " cannot be used, line");
        }
    }

    @Test
    void aFileDamagedInAnyByteIsRefusedF22() throws IOException {
        file.advance(Positions.at(2, 7, 300), Positions.trails());
        byte[] whole = Files.readAllBytes(path);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(path, damaged);
            refused("position file " + path + " cannot be used, line");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ringmirror-position 3 | ringmirror-position 4 | line 1: it must read 'ringmirror-position 3'",
                "role=destination      | role=owner            | line 3: role is 'owner': it is source or destination",
                "reign.epoch=0         | reign.epoch=-1        | lines 2 to 21: flushes is 1, reign.epoch -1",
                "use=closed            | use=often             | line 5: use is 'often': it is open or closed",
                "term=2                | term=two              | line 9: term is 'two'",
                "term=2                | term=-2               | lines 6 to 18: term is -2; it must be at least 0",
                "term=2                | turn=2                | line 9: 'term=' is expected here",
                "open                  | ajar                  | line 11: epoch is '7 300 153600 ffffffffffffffb3 ajar'",
                "flushes=1             | flushes=-1            | lines 2 to 21: flushes is -1",
                "trail=1 2 40          | trail=0 2 40          | lines 2 to 21: log 0 has two trails",
                "trail=1 2 40          | trail=1 2             | line 21: trail is '1 2 - - - - -': it has 7 parts",
                "trail=1 2 40 -        | trail=1 2 40 9        | line 21: trail is '1 2 40 9 - - - -'",
                "trail=1 2 40          | trial=1 2 40          | line 21: 'trial=1 2 40 - - - - -' has no place here",
            })
    void aWrongFieldIsNamedWithItsLine(String good, String bad, String message) throws IOException {
        file.advance(Positions.at(2, 7, 300), Positions.trails());
        String text = Files.readString(path);
        assertThat(text).contains(good);
        Files.writeString(path, resealed(text.replaceFirst(good, bad)));
        refused(message);
    }

    @Test
    void aMissingFileIsNotTheOriginF22() throws IOException {
        Files.delete(path);
        refused("position file " + path + " is missing");
    }

    @Test
    void whatACrashLeftBesideTheFileDoesNotCountF3() throws IOException {
        Files.writeString(directory.resolve("position.tmp"), "half a li");
        assertThat(PositionFile.open(path).checkpoint()).isEqualTo(file.checkpoint());
        file.advance(Positions.at(1, 1, 1), List.of());
        assertThat(PositionFile.open(path).checkpoint().position()).isEqualTo(Positions.at(1, 1, 1));
    }

    @Test
    void whatIsReadIsOnDiskThoughItsWriterWasKilledBeforeThatF1F3() throws IOException {
        assertThat(Forces.during(directory, () -> PositionFile.open(path)))
                .as("the file, then the directory that has its name")
                .containsExactly("position", "");
    }

    @Test
    void aChangeThatCannotBeStoredIsNotMadeF9F10() throws IOException {
        Files.createDirectory(directory.resolve("position.tmp"));
        Checkpoint before = file.checkpoint();

        assertThatIOException().isThrownBy(() -> file.advance(Positions.at(1, 1, 1), List.of()));

        assertThat(file.checkpoint())
                .isEqualTo(before)
                .isEqualTo(PositionFile.open(path).checkpoint());
    }

    private void refused(String message) {
        assertThatExceptionOfType(ReplicaException.class)
                .isThrownBy(() -> PositionFile.open(path))
                .withMessageContaining(message);
    }

    /** The text with a checksum that fits it, as somebody may make who edits the file. */
    private static String resealed(String text) {
        String body = text.substring(0, text.indexOf("crc32c="));
        CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return body + String.format("crc32c=%08x%n", crc.getValue());
    }
}
