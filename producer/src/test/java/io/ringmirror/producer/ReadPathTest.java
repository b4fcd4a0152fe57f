package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.volume.Extent;
import io.ringmirror.volume.VolumeImage;
import io.ringmirror.volume.WriteCache;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadPathTest {
    private final HandExecutor disk = new HandExecutor();
    private final ReadPath reads = new ReadPath(
            new WriteCache(WriteCache.MIN_CAPACITY_BYTES, 1),
            List.of(new ImageWithoutMemory()),
            disk,
            new Turn(System::nanoTime),
            new Lease("demo", Duration.ofSeconds(10), System::nanoTime, () -> {}));
    private final Bench.Answer answer = new Bench.Answer();

    @Test
    void aQuestionThatRunsOutOfMemoryIsAnsweredAllTheSame() {
        reads.handle(new Request.Extents(0, 0, 4096, (extents, failure) -> answer.completed(failure)));
        disk.runAll();

        assertThat(answer.refusal()).contains(Kind.IO);
    }

    @Test
    void aReadThatRunsOutOfMemoryIsAnsweredAllTheSame() {
        reads.handle(new Request.Read(0, 0, ByteBuffer.allocateDirect(4096), answer));
        disk.runAll();

        assertThat(answer.refusal()).contains(Kind.IO);
    }

    /** Reads nothing: there is no memory for it. */
    private static final class ImageWithoutMemory implements VolumeImage {
        @Override
        public long sizeBytes() {
            return 4096;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer target) {
            throw new OutOfMemoryError("as told");
        }

        @Override
        public List<Extent> extents(long offsetBytes, long lengthBytes) {
            throw new OutOfMemoryError("as told");
        }

        @Override
        public void write(long offsetBytes, ByteBuffer... data) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void writeZeroes(long offsetBytes, long lengthBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void discard(long offsetBytes, long lengthBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long allocatedBytes() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
