package io.ringmirror.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever is done to a cache and its images, two volumes read as plain arrays would (invariant I2's ground). */
class WriteCacheModelTest {
    private static final int VOLUMES = 2;
    private static final int SIZE_BYTES = 24 * 4096;
    private static final List<MemoryImage.Step> FAILURES = List.copyOf(EnumSet.allOf(MemoryImage.Step.class));

    /** One thing done to the cache; {@code offsetBytes} and {@code lengthBytes} lie within the volume. */
    record Step(Kind kind, int volume, int offsetBytes, int lengthBytes, byte value) {
        enum Kind {
            WRITE,
            WRITE_ZEROES,
            DISCARD,
            READ,
            FREEZE,
            FLUSH,
            FAILING_FLUSH,
            EXTENTS
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> atBorder = Combinators.combine(
                        Arbitraries.integers().between(0, SIZE_BYTES / 4096),
                        Arbitraries.integers().between(-3, 3))
                .as((block, delta) -> Math.min(SIZE_BYTES - 1, Math.max(0, block * 4096 + delta)));
        Arbitrary<Integer> offsets =
                Arbitraries.oneOf(atBorder, Arbitraries.integers().between(0, SIZE_BYTES - 1));
        Arbitrary<Integer> lengths = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 40),
                Arbitraries.integers().between(1, 3 * 4096),
                Arbitraries.integers().between(1, SIZE_BYTES));
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.frequencyOf(
                                Tuple.of(8, Arbitraries.just(Step.Kind.WRITE)),
                                Tuple.of(6, Arbitraries.of(Step.Kind.class))),
                        Arbitraries.integers().between(0, VOLUMES - 1),
                        offsets,
                        lengths,
                        Arbitraries.bytes().between((byte) 1, (byte) 100))
                .as((kind, volume, offset, length, value) ->
                        new Step(kind, volume, offset, Math.min(length, SIZE_BYTES - offset), value));
        return step.list().ofMinSize(1).ofMaxSize(80);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void aCacheOverItsImagesReadsAsAPlainArray(@ForAll("steps") List<Step> steps) throws IOException {
        Trial trial = new Trial();
        for (Step step : steps) {
            trial.take(step);
            trial.everythingReadsAsTheModel();
        }
        trial.flush();
        trial.flush();
        trial.imagesHoldTheModel();
    }

    private static final class Trial {
        private final WriteCache cache = new WriteCache(2L * 20 * 4096, VOLUMES);
        private final List<VolumeImage> images = List.of(new MemoryImage(SIZE_BYTES), new MemoryImage(SIZE_BYTES));
        private final byte[][] model = new byte[VOLUMES][SIZE_BYTES];
        private final Random random = new Random(1);
        private FrozenCache frozen;

        void take(Step step) throws IOException {
            switch (step.kind()) {
                case WRITE -> write(step);
                case WRITE_ZEROES -> zero(step, false);
                case DISCARD -> zero(step, true);
                case READ -> reads(step.volume(), step.offsetBytes(), step.lengthBytes());
                case FREEZE -> freeze();
                case FLUSH -> flush();
                case FAILING_FLUSH -> failingFlush(step);
                case EXTENTS -> holesReadAsZeroes(step);
            }
        }

        void write(Step step) {
            byte[] data = new byte[step.lengthBytes()];
            for (int at = 0; at < data.length; at++) {
                data[at] = (byte) (step.value() + at % 27);
            }
            ByteBuffer buffer = ByteBuffer.allocate(data.length + 5).position(3);
            buffer.put(data).flip().position(3);
            boolean fits = cache.fits(step.volume(), step.offsetBytes(), step.lengthBytes());

            assertThat(cache.write(step.volume(), step.offsetBytes(), buffer)).isEqualTo(fits);

            assertThat(buffer.position()).isEqualTo(3);
            if (fits) {
                System.arraycopy(data, 0, model[step.volume()], step.offsetBytes(), data.length);
            }
        }

        void zero(Step step, boolean discard) {
            assertThat(cache.zero(step.volume(), step.offsetBytes(), step.lengthBytes(), discard))
                    .isTrue();
            int end = step.offsetBytes() + step.lengthBytes();
            Arrays.fill(model[step.volume()], step.offsetBytes(), end, (byte) 0);
        }

        void freeze() {
            if (!cache.flushing()) {
                long dirtyBytes = cache.dirtyBytes();
                frozen = cache.freeze();
                assertThat(frozen.bytes()).isEqualTo(dirtyBytes).isEqualTo(cache.flushingBytes());
                assertThat(cache.dirtyBytes()).isZero();
            }
        }

        void flush() throws IOException {
            freeze();
            frozen.writeTo(images);
            for (VolumeImage image : images) {
                image.force();
                ((MemoryImage) image).reopen();
            }
            cache.thaw();
        }

        /** Whatever is left of a flush that failed, and of a crash of the disk after it, the frozen half covers it. */
        void failingFlush(Step step) throws IOException {
            freeze();
            MemoryImage image = (MemoryImage) images.get(step.volume());
            image.failOnce(FAILURES.get(step.value() % FAILURES.size()), step.value() / 25);
            try {
                frozen.writeTo(images);
                for (VolumeImage written : images) {
                    written.force();
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("told to fail");
            }
            image.failOnce(null, 0);
            image.reopenTorn(random);
        }

        void everythingReadsAsTheModel() throws IOException {
            for (int volume = 0; volume < VOLUMES; volume++) {
                reads(volume, 0, SIZE_BYTES);
            }
        }

        void reads(int volume, int offsetBytes, int lengthBytes) throws IOException {
            ByteBuffer target = ByteBuffer.allocate(lengthBytes + 9).position(4).limit(4 + lengthBytes);
            OverlayRead.of(cache, volume, offsetBytes, target).finish(images.get(volume));
            byte[] expected = Arrays.copyOfRange(model[volume], offsetBytes, offsetBytes + lengthBytes);
            assertThat(Arrays.copyOfRange(target.array(), 4, 4 + lengthBytes)).isEqualTo(expected);
            assertThat(target.position()).isEqualTo(4);
        }

        void holesReadAsZeroes(Step step) throws IOException {
            List<Extent> extents = OverlayExtents.merge(
                    cache.extents(step.volume(), step.offsetBytes(), step.lengthBytes()),
                    images.get(step.volume()).extents(step.offsetBytes(), step.lengthBytes()));
            long at = step.offsetBytes();
            boolean before = !extents.get(0).hole();
            for (Extent extent : extents) {
                assertThat(extent.offsetBytes()).isEqualTo(at);
                assertThat(extent.hole()).isNotEqualTo(before);
                before = extent.hole();
                at = extent.endBytes();
                if (extent.hole()) {
                    int start = (int) extent.offsetBytes();
                    assertThat(Arrays.copyOfRange(model[step.volume()], start, (int) at))
                            .containsOnly(0);
                }
            }
            assertThat(at).isEqualTo(step.offsetBytes() + step.lengthBytes());
        }

        void imagesHoldTheModel() {
            for (int volume = 0; volume < VOLUMES; volume++) {
                assertThat(((MemoryImage) images.get(volume)).content()).isEqualTo(model[volume]);
            }
        }
    }
}
