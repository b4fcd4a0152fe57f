package io.ringmirror.schemas;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the checksum of one write costs: the floor of every other cost per write. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ChecksumBenchmark {
    @Param({"4096", "65536"})
    private int bytes;

    private ByteBuffer data;

    /** Makes the payload, off the heap as the NBD front's are. */
    @Setup
    public void fill() {
        data = ByteBuffer.allocateDirect(bytes);
        for (int i = 0; i < bytes; i++) {
            data.put(i, (byte) (i * 31));
        }
    }

    /** CRC-32C over the payload. */
    @Benchmark
    public int crc32c() {
        return Crc.of(data);
    }
}
