package io.ringmirror.volume;

import static io.ringmirror.volume.VolumeImageContract.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WriteCacheTest {
    private static final int HALF_BLOCKS = 16;

    private final WriteCache cache = new WriteCache(2L * HALF_BLOCKS * 4096, 1);

    @Test
    void aWriteThatDoesNotFitChangesNothing() {
        assertThat(cache.write(0, 4096, blocks(HALF_BLOCKS - 1, 1))).isTrue();

        assertThat(cache.write(0, 0, blocks(HALF_BLOCKS + 1, 2))).isFalse();

        assertThat(read(0, 4096 * HALF_BLOCKS)).isEqualTo("miss 0+4096@0, 1x61440");
        assertThat(cache.dirtyBytes()).isEqualTo(4096 * (HALF_BLOCKS - 1));
    }

    @Test
    void aCacheThatIsRefusedMemoryIsFullWithWhatItHasAndGoesOnOnceItIsFlushed() {
        int chunkBytes = 256 * 4096;
        AtomicInteger chunksLeft = new AtomicInteger(1);
        WriteCache small = new WriteCache(8L * chunkBytes, 1, bytes -> {
            if (chunksLeft.getAndDecrement() <= 0) {
                throw new OutOfMemoryError("as told");
            }
            return ByteBuffer.allocateDirect(bytes);
        });
        ByteBuffer half = ByteBuffer.allocate(chunkBytes / 2);

        assertThat(small.write(0, 0, half)).isTrue();
        assertThat(small.write(0, chunkBytes / 2, half)).isTrue();
        assertThat(small.write(0, chunkBytes, half)).isFalse();
        assertThat(small.write(0, 0, half)).as("an overwrite needs none").isTrue();
        assertThat(small.dirtyBytes()).isEqualTo(chunkBytes);
        small.freeze();
        assertThat(small.write(0, 0, half)).as("the other half has none yet").isFalse();
        small.thaw();
        chunksLeft.set(1);
        small.freeze();
        assertThat(small.write(0, 0, half)).isTrue();
    }

    @Test
    void anOverwriteTakesNoMoreMemory() {
        assertThat(cache.write(0, 0, blocks(HALF_BLOCKS, 1))).isTrue();

        for (int value = 2; value < 100; value++) {
            assertThat(cache.write(0, 100, ByteBuffer.wrap(filled(5000, value))))
                    .isTrue();
        }

        assertThat(read(0, 6000)).isEqualTo("1x100, 99x5000, 1x900");
        assertThat(cache.dirtyBytes()).isEqualTo(4096 * HALF_BLOCKS);
    }

    @Test
    void bytesApartInABlockTakeAMaskUntilTheyMeet() {
        cache.write(0, 10, ByteBuffer.wrap(filled(10, 1)));
        assertThat(cache.dirtyBytes()).isEqualTo(4096);
        cache.write(0, 30, ByteBuffer.wrap(filled(10, 2)));
        assertThat(cache.dirtyBytes()).isEqualTo(8192);
        assertThat(read(0, 50)).isEqualTo("miss 0+10@0, 1x10, miss 20+10@20, 2x10, miss 40+10@40");

        cache.write(0, 20, ByteBuffer.wrap(filled(10, 3)));

        assertThat(cache.dirtyBytes()).isEqualTo(4096);
        assertThat(read(0, 50)).isEqualTo("miss 0+10@0, 1x10, 3x10, 2x10, miss 40+10@40");
    }

    @Test
    void theLongestWriteFitsAnEmptyHalfWhateverItsOffset() {
        assertThat(cache.fits(0, 4095, cache.maxWriteBytes())).isTrue();
        assertThat(cache.fits(0, 4095, cache.maxWriteBytes() + 4096)).isFalse();
    }

    @Test
    void aMissIsAsLongAsCanBe() {
        cache.write(0, 3 * 4096, blocks(1, 1));
        assertThat(read(0, 10 * 4096)).isEqualTo("miss 0+12288@0, 1x4096, miss 16384+24576@16384");
    }

    @Test
    void readsSeeTheActiveHalfThenTheFrozenOne() {
        cache.write(0, 0, ByteBuffer.wrap(filled(100, 1)));
        cache.freeze();
        cache.write(0, 50, ByteBuffer.wrap(filled(10, 2)));
        cache.zero(0, 70, 10, true);

        assertThat(read(0, 110)).isEqualTo("1x50, 2x10, 1x10, 0x10, 1x20, miss 100+10@100");
        cache.thaw();
        assertThat(read(0, 110)).isEqualTo("miss 0+50@0, 2x10, miss 60+10@60, 0x10, miss 80+30@80");
    }

    @Test
    void zeroesHideWhatWasWrittenBeforeAndNotWhatIsWrittenAfter() {
        cache.write(0, 0, blocks(3, 1));
        cache.zero(0, 1000, 2 * 4096, false);
        cache.write(0, 5000, ByteBuffer.wrap(filled(10, 2)));

        assertThat(read(0, 3 * 4096)).isEqualTo("1x1000, 0x4000, 2x10, 0x4182, 1x3096");
    }

    @Test
    void aDiscardGivesCachedBlocksBack() {
        cache.write(0, 0, blocks(HALF_BLOCKS, 1));
        assertThat(cache.zero(0, 0, 1L << 40, true)).isTrue();
        assertThat(cache.dirtyBytes()).as("one range").isEqualTo(4096);
        assertThat(cache.write(0, 0, blocks(HALF_BLOCKS, 2))).isTrue();
    }

    @Test
    void tooManyZeroRangesAreRefused() {
        for (int range = 0; range < ZeroRanges.MAX_RANGES; range++) {
            assertThat(cache.zero(0, range * 100L, 50, true)).isTrue();
        }
        assertThat(cache.zero(0, 75, 5, true)).isFalse();
        assertThat(cache.zero(0, 0, 1L << 30, true))
                .as("one that swallows them")
                .isTrue();
    }

    @Test
    void extentsTellWhatIsCached() {
        cache.write(0, 4096, blocks(1, 1));
        cache.freeze();
        cache.zero(0, 8192, 4096, true);
        cache.zero(0, 12_288, 4096, false);

        assertThat(cache.extents(0, 0, 20_480))
                .containsExactly(
                        new CachedExtent(0, 4096, CachedExtent.State.UNKNOWN),
                        new CachedExtent(4096, 4096, CachedExtent.State.DATA),
                        new CachedExtent(8192, 4096, CachedExtent.State.HOLE),
                        new CachedExtent(12_288, 4096, CachedExtent.State.DATA),
                        new CachedExtent(16_384, 4096, CachedExtent.State.UNKNOWN));
    }

    @Test
    void ofVeryManyExtentsOnlyTheFirstAreTold() {
        WriteCache wide = new WriteCache(2L * 32 * 4096, 1);
        int written = WriteCache.MAX_EXTENTS / 2 + 1;
        for (int i = 0; i < written; i++) {
            wide.write(0, 2L * i, ByteBuffer.allocate(1));
        }

        List<CachedExtent> extents = wide.extents(0, 0, 2L * written);
        assertThat(extents).hasSize(WriteCache.MAX_EXTENTS).allMatch(extent -> extent.lengthBytes() == 1);
        assertThat(extents.get(0).state()).isEqualTo(CachedExtent.State.DATA);
    }

    @Test
    void aFlushMergesWhatAdjoinsIntoOneWrite() throws IOException {
        WriteCache wide = new WriteCache(2L * 2048 * 4096, 1);
        for (int block = 2000; block >= 0; block -= 2) {
            wide.write(0, block * 4096L, blocks(1, 1));
        }
        for (int block = 1; block < 2000; block += 2) {
            wide.write(0, block * 4096L, blocks(1, 2));
        }
        MemoryImage image = new MemoryImage(2001 * 4096);

        wide.freeze().writeTo(List.of(image));

        assertThat(image.calls(MemoryImage.Step.WRITE)).isLessThanOrEqualTo(4);
        byte[] content = image.content();
        for (int block = 0; block <= 2000; block++) {
            assertThat(content[block * 4096 + 4095]).isEqualTo((byte) (block % 2 + 1));
        }
    }

    @Test
    void whatWasWrittenInOrderGoesOutInFewBuffers() throws IOException {
        WriteCache wide = new WriteCache(2L * 1024 * 4096, 1);
        assertThat(wide.write(0, 0, blocks(1024, 1))).isTrue();
        MemoryImage image = new MemoryImage(1024 * 4096);

        wide.freeze().writeTo(List.of(image));

        assertThat(image.content()).containsOnly(1);
        assertThat(image.calls(MemoryImage.Step.WRITE)).isEqualTo(1);
        assertThat(image.buffersWritten()).as("one for each chunk of memory").isEqualTo(4);
    }

    @Test
    void onlyOneHalfIsFrozenAtATime() {
        cache.freeze();
        assertThatIllegalStateException().isThrownBy(cache::freeze);
        cache.thaw();
        assertThatIllegalStateException().isThrownBy(cache::thaw);
    }

    @Test
    void aCapacityOutOfBoundsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new WriteCache(WriteCache.MIN_CAPACITY_BYTES - 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new WriteCache(WriteCache.MAX_CAPACITY_BYTES + 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new WriteCache(1 << 20, 0));
    }

    private static ByteBuffer blocks(int count, int value) {
        return ByteBuffer.wrap(filled(count * 4096, value));
    }

    /** What a read gives, as runs of a value and misses in their order. */
    private String read(long offsetBytes, int lengthBytes) {
        ByteBuffer target = ByteBuffer.wrap(filled(lengthBytes, -1));
        String[] missAt = new String[lengthBytes + 1];
        cache.read(
                0,
                offsetBytes,
                target,
                (offset, length, index) -> missAt[index] = "miss " + offset + "+" + length + "@" + index);
        List<String> runs = new ArrayList<>();
        for (int at = 0, end; at < lengthBytes; at = end) {
            end = at + 1;
            while (end < lengthBytes && target.get(end) == target.get(at)) {
                end++;
            }
            runs.add(target.get(at) == -1 ? missAt[at] : target.get(at) + "x" + (end - at));
        }
        return String.join(", ", runs);
    }
}
