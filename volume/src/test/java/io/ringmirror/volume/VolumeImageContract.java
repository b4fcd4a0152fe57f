package io.ringmirror.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every image promises. */
abstract class VolumeImageContract {
    static final int SIZE_BYTES = 1 << 20;

    private VolumeImage image;

    abstract VolumeImage newImage(int sizeBytes) throws IOException;

    @BeforeEach
    void make() throws IOException {
        image = newImage(SIZE_BYTES);
    }

    @AfterEach
    void close() throws IOException {
        image.close();
    }

    @Test
    void aNewImageIsAllZeroesAndTakesNoSpace() throws IOException {
        assertThat(image.sizeBytes()).isEqualTo(SIZE_BYTES);
        assertThat(read(0, SIZE_BYTES)).containsOnly(0);
        assertThat(image.extents(0, SIZE_BYTES)).containsExactly(new Extent(0, SIZE_BYTES, true));
        assertThat(image.allocatedBytes()).isZero();
    }

    @Test
    void buffersAreWrittenOneBehindTheOther() throws IOException {
        ByteBuffer heap = ByteBuffer.wrap(filled(5000, 1)).position(10);
        ByteBuffer direct = ByteBuffer.allocateDirect(3000).put(filled(3000, 2)).flip();

        image.write(4090, heap, direct, ByteBuffer.wrap(filled(1, 3)));

        assertThat(heap.hasRemaining() || direct.hasRemaining()).isFalse();
        assertThat(read(4090, 4990)).containsOnly(1);
        assertThat(read(9080, 3000)).containsOnly(2);
        assertThat(read(12_080, 1)).containsOnly(3);
        assertThat(read(4089, 1)).containsOnly(0);
        assertThat(read(12_081, 1)).containsOnly(0);
    }

    @Test
    void moreBuffersThanTheSystemTakesAtOnceAreAllWritten() throws IOException {
        ByteBuffer[] many = new ByteBuffer[3000];
        Arrays.setAll(many, number -> ByteBuffer.wrap(filled(100, number % 100 + 1)));

        image.write(50, many);

        byte[] written = read(50, 300_000);
        for (int number = 0; number < many.length; number++) {
            assertThat(written[number * 100]).isEqualTo((byte) (number % 100 + 1));
        }
    }

    @Test
    void readingFillsTheTargetBetweenItsPositionAndLimit() throws IOException {
        image.write(0, ByteBuffer.wrap(filled(100, 7)));
        ByteBuffer target = ByteBuffer.allocate(20).position(5).limit(15);

        image.read(0, target);

        assertThat(target.position()).isEqualTo(15);
        assertThat(target.array()).isEqualTo(new byte[] {0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0, 0, 0, 0, 0});
    }

    @Test
    void aReadInMemoryLeavesTheTargetsPositionAndWhatIsAroundIt() throws IOException {
        image.write(0, ByteBuffer.wrap(filled(100, 7)));
        ByteBuffer target = ByteBuffer.allocateDirect(20).position(5).limit(15);

        boolean read = image.readInMemory(90, target);

        assertThat(target.position()).isEqualTo(5);
        if (read) {
            byte[] content = new byte[20];
            target.clear().get(content);
            assertThat(content).isEqualTo(new byte[] {0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0, 0, 0, 0, 0});
        }
        assertThat(image.readInMemory(0, ByteBuffer.allocate(1))).isFalse();
    }

    @Test
    void aDiscardReadsAsZeroesAndGivesWholeBlocksBack() throws IOException {
        image.write(0, ByteBuffer.wrap(filled(SIZE_BYTES, 9)));
        image.force();

        image.discard(4000, 4096 * 20);
        image.force();

        assertThat(read(4000, 4096 * 20)).containsOnly(0);
        assertThat(read(0, 4000)).containsOnly(9);
        assertThat(read(4000 + 4096 * 20, SIZE_BYTES - 4000 - 4096 * 20)).containsOnly(9);
        assertThat(image.extents(0, SIZE_BYTES))
                .containsExactly(
                        new Extent(0, 4096, false),
                        new Extent(4096, 4096 * 19, true),
                        new Extent(4096 * 20, SIZE_BYTES - 4096 * 20, false));
        assertThat(image.allocatedBytes()).isEqualTo(SIZE_BYTES - 4096 * 19);
    }

    @Test
    void zeroesReadAsZeroesAndTakeSpace() throws IOException {
        image.write(0, ByteBuffer.wrap(filled(10_000, 9)));

        image.writeZeroes(100, 4096 * 50);
        image.force();

        assertThat(read(0, 100)).containsOnly(9);
        assertThat(read(100, 4096 * 50)).containsOnly(0);
        assertThat(image.allocatedBytes()).isEqualTo(4096 * 51);
    }

    @Test
    void extentsBeginAndEndWhereTheyWereAskedTo() throws IOException {
        image.write(8192, ByteBuffer.wrap(filled(4096, 1)));

        List<Extent> extents = image.extents(100, 10_000);

        assertThat(extents).containsExactly(new Extent(100, 8092, true), new Extent(8192, 1908, false));
    }

    @Test
    void aRangeOutsideTheVolumeIsRefused() {
        assertThatThrownBy(() -> image.write(SIZE_BYTES - 1, ByteBuffer.allocate(2)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> image.read(SIZE_BYTES - 1, ByteBuffer.allocate(2)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> image.discard(0, SIZE_BYTES + 1L)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> image.writeZeroes(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> image.extents(Long.MAX_VALUE, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    private byte[] read(long offsetBytes, int lengthBytes) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(lengthBytes);
        image.read(offsetBytes, target);
        return target.array();
    }

    static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
