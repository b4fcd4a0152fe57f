package io.ringmirror.volume;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to put whole blocks into the cache, one write behind the other, a half dropped when it is full. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CacheInsertBenchmark {
    private static final long CACHE_BYTES = 64 << 20;

    @Param({"4096", "65536"})
    private int bytes;

    private WriteCache cache;
    private ByteBuffer data;
    private long offsetBytes;

    /** Makes the cache and a payload on the heap, as a fetch gives it. */
    @Setup
    public void open() {
        cache = new WriteCache(CACHE_BYTES, 1);
        data = ByteBuffer.allocate(bytes);
    }

    /** Lets the cache go. */
    @TearDown
    public void close() {
        cache.close();
    }

    /** One write. */
    @Benchmark
    public void write() {
        if (!cache.write(0, offsetBytes, data)) {
            cache.freeze();
            cache.thaw();
        }
        offsetBytes += bytes;
    }
}
