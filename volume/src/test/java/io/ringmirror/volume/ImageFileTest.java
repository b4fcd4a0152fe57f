package io.ringmirror.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest extends VolumeImageContract {
    @TempDir
    private Path directory;

    @Override
    VolumeImage newImage(int sizeBytes) throws IOException {
        return ImageFile.create(directory.resolve("contract.img"), sizeBytes);
    }

    @Test
    void whatWasWrittenIsThereWhenOpenedAgain() throws IOException {
        Path path = directory.resolve("v.img");
        try (ImageFile image = ImageFile.create(path, SIZE_BYTES)) {
            image.write(12_345, ByteBuffer.wrap(filled(678, 5)));
            image.force();
        }
        try (ImageFile image = ImageFile.open(path, SIZE_BYTES)) {
            ByteBuffer target = ByteBuffer.allocate(678);
            image.read(12_345, target);
            assertThat(target.array()).containsOnly(5);
        }
        assertThat(Files.size(path)).isEqualTo(SIZE_BYTES);
    }

    @Test
    void aReadInMemoryOfAFileCutShortIsNone() throws IOException {
        Path path = directory.resolve("v.img");
        try (ImageFile image = ImageFile.create(path, SIZE_BYTES);
                RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            image.write(0, ByteBuffer.wrap(filled(SIZE_BYTES, 5)));
            file.setLength(SIZE_BYTES - 10);

            assertThat(image.readInMemory(SIZE_BYTES - 20, ByteBuffer.allocateDirect(20)))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -512, 1, 511, 513, 4097})
    void aSizeThatIsNotWholeSectorsIsRefused(long sizeBytes) {
        Path path = directory.resolve("v.img");
        assertThatIOException()
                .isThrownBy(() -> ImageFile.create(path, sizeBytes))
                .withMessageContaining(path.toString())
                .withMessageContaining(sizeBytes + " bytes: the size must be a positive multiple of 512");
        assertThat(path).doesNotExist();
    }

    @Test
    void aSizeThatTheFileSystemDoesNotAllowIsRefusedAndLeavesNoFile() {
        Path path = directory.resolve("v.img");
        assertThatIOException()
                .isThrownBy(() -> ImageFile.create(path, Long.MAX_VALUE / 512 * 512))
                .withMessageContaining("its file system allows no file of that size");
        assertThat(path).doesNotExist();
    }

    @Test
    void anImageThatExistsIsNotMadeAgain() throws IOException {
        Path path = directory.resolve("v.img");
        Files.writeString(path, "precious");
        assertThatIOException()
                .isThrownBy(() -> ImageFile.create(path, 4096))
                .withMessageContaining("the file exists; move it away");
        assertThat(path).hasContent("precious");
    }

    @Test
    void aTruncatedImageIsRefused() throws IOException {
        Path path = directory.resolve("v.img");
        ImageFile.create(path, SIZE_BYTES).close();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(SIZE_BYTES - 1);
        }
        assertThatIOException()
                .isThrownBy(() -> ImageFile.open(path, SIZE_BYTES))
                .withMessageContaining("has 1048575 bytes, but the volume has 1048576");
    }

    @Test
    void aMissingImageIsRefused() {
        assertThatIOException()
                .isThrownBy(() -> ImageFile.open(directory.resolve("none.img"), 4096))
                .withMessageContaining("none.img is missing");
    }

    @Test
    void anImageTruncatedInUseIsNotReadAsZeroes() throws IOException {
        Path path = directory.resolve("v.img");
        try (ImageFile image = ImageFile.create(path, SIZE_BYTES);
                RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(4096);
            assertThatIOException()
                    .isThrownBy(() -> image.read(0, ByteBuffer.allocate(8192)))
                    .withMessageContaining("truncated while in use");
        }
    }

    @Test
    void whereTheSystemHasNoHolesZeroesAreWritten() throws IOException {
        Path path = directory.resolve("v.img");
        ImageFile.create(path, SIZE_BYTES).close();
        try (ImageFile image = ImageFile.open(path, SIZE_BYTES, file -> Optional.empty())) {
            image.write(0, ByteBuffer.wrap(filled(SIZE_BYTES, 5)));

            image.discard(1000, 200_000);
            image.writeZeroes(300_000, 200_000);

            ByteBuffer read = ByteBuffer.allocate(SIZE_BYTES);
            image.read(0, read);
            byte[] expected = filled(SIZE_BYTES, 5);
            Arrays.fill(expected, 1000, 201_000, (byte) 0);
            Arrays.fill(expected, 300_000, 500_000, (byte) 0);
            assertThat(read.array()).isEqualTo(expected);
            assertThat(image.extents(512, 1024)).containsExactly(new Extent(512, 1024, false));
            assertThat(image.allocatedBytes()).as("as far as can be told").isEqualTo(SIZE_BYTES);
        }
    }

    @Test
    void aLongWriteOfWholeBlocksGoesPastTheCacheAndIsRead() throws IOException {
        int length = DirectFile.MIN_WRITE_BYTES;
        Path path = directory.resolve("v.img");
        ImageFile.create(path, SIZE_BYTES).close();
        ByteBuffer[] halves = {aligned(length / 2, 1), aligned(length / 2, 2)};
        Optional<DirectFile> opened = DirectFile.open(path);
        assumeThat(opened).as("the file system has such writes").isPresent();
        try (DirectFile direct = opened.get()) {
            assertThat(direct.write(4096, halves, length)).isTrue();
        }
        assertThat(halves[0].hasRemaining() || halves[1].hasRemaining()).isFalse();
        byte[] content = Files.readAllBytes(path);
        assertThat(content).hasSize(SIZE_BYTES);
        assertThat(Arrays.copyOfRange(content, 0, 4096)).containsOnly(0);
        assertThat(Arrays.copyOfRange(content, 4096, 4096 + length / 2)).containsOnly(1);
        assertThat(Arrays.copyOfRange(content, 4096 + length / 2, 4096 + length))
                .containsOnly(2);
    }

    @Test
    void whatIsNotLongOrNotWholeBlocksDoesNotGoPastTheCache() throws IOException {
        int length = DirectFile.MIN_WRITE_BYTES;
        Path path = directory.resolve("v.img");
        ImageFile.create(path, SIZE_BYTES).close();
        Optional<DirectFile> opened = DirectFile.open(path);
        assumeThat(opened).as("the file system has such writes").isPresent();
        try (DirectFile direct = opened.get()) {
            ByteBuffer whole = aligned(2 * length, 1);
            ByteBuffer[] refused = {
                whole.duplicate().limit(length - 4096),
                whole.duplicate().position(512).limit(512 + length),
                whole.duplicate().limit(length + 512),
                ByteBuffer.allocate(length)
            };
            for (ByteBuffer buffer : refused) {
                int remaining = buffer.remaining();
                assertThat(direct.write(0, new ByteBuffer[] {buffer}, remaining))
                        .isFalse();
                assertThat(buffer.remaining()).isEqualTo(remaining);
            }
            assertThat(direct.write(512, new ByteBuffer[] {whole}, 2L * length)).isFalse();
        }
        assertThat(Files.readAllBytes(path)).containsOnly(0);
    }

    @Test
    void writesOfEveryKindMixWhileTheCacheIsBypassed() throws IOException {
        Path path = directory.resolve("v.img");
        try (ImageFile image = ImageFile.create(path, SIZE_BYTES)) {
            for (boolean bypass : new boolean[] {true, false, true}) {
                image.bypassCache(bypass);
                image.write(0, ByteBuffer.wrap(filled(SIZE_BYTES, 9)));
                image.write(4096, aligned(DirectFile.MIN_WRITE_BYTES, 1));
                image.write(5000, ByteBuffer.wrap(filled(10, 2)));
                image.discard(8192, 4096);
                image.force();

                ByteBuffer target = ByteBuffer.allocate(12_288);
                image.read(0, target);
                byte[] expected = filled(12_288, 1);
                Arrays.fill(expected, 0, 4096, (byte) 9);
                Arrays.fill(expected, 5000, 5010, (byte) 2);
                Arrays.fill(expected, 8192, 12_288, (byte) 0);
                assertThat(target.array()).isEqualTo(expected);
            }
        }
    }

    @Test
    void aClosedImageTouchesNoFileThatWasOpenedSince() throws IOException {
        ImageFile image = ImageFile.create(directory.resolve("v.img"), SIZE_BYTES);
        image.write(0, ByteBuffer.wrap(filled(SIZE_BYTES, 5)));
        image.close();
        List<RandomAccessFile> others = new ArrayList<>();
        try {
            for (int number = 0; number < 4; number++) {
                RandomAccessFile other =
                        new RandomAccessFile(directory.resolve("other" + number).toFile(), "rw");
                others.add(other);
                other.write(filled(8192, 6));
                other.seek(7);
            }

            refusedAsClosed(() -> image.extents(0, SIZE_BYTES));
            refusedAsClosed(image::allocatedBytes);
            refusedAsClosed(() -> image.discard(0, 4096));
            refusedAsClosed(() -> image.writeZeroes(0, 4096));
            refusedAsClosed(() -> image.write(0, ByteBuffer.allocate(1)));
            refusedAsClosed(() -> image.read(0, ByteBuffer.allocate(1)));
            refusedAsClosed(image::force);
            assertThat(image.readInMemory(0, ByteBuffer.allocateDirect(1))).isFalse();
            image.close();

            for (RandomAccessFile other : others) {
                assertThat(other.getFilePointer()).isEqualTo(7);
                byte[] content = new byte[8185];
                other.readFully(content);
                assertThat(content).containsOnly(6);
            }
        } finally {
            for (RandomAccessFile other : others) {
                other.close();
            }
        }
    }

    private static void refusedAsClosed(ThrowingCallable call) {
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(call);
    }

    /** Whole blocks that begin where a page does. */
    private static ByteBuffer aligned(int lengthBytes, int value) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(lengthBytes + 4096).alignedSlice(4096);
        return buffer.put(filled(lengthBytes, value)).flip();
    }
}
