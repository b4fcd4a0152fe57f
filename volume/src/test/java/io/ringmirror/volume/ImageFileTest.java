package io.ringmirror.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
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
}
