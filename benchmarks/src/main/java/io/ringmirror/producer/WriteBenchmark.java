package io.ringmirror.producer;

import io.ringmirror.replica.Chain;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.replica.VolumeTable;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.volume.WriteCache;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

/**
 * What one write costs its source, network and disk apart: it is taken in, numbered, cached, encoded, queued, handed to a
 * log that has it at once, followed by the chain and answered.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class WriteBenchmark {
    private static final int VOLUME_BYTES = 32 << 20;

    /** As few as a front has buffers in use, so that they are in the processor's caches as a front's are. */
    private static final int PAYLOADS = 16;

    @Param({"4096", "65536"})
    private int bytes;

    private Chain chain;
    private Inbox inbox;
    private Appender appender;
    private WritePath writes;
    private BlockDevice device;
    private Request.Write[] requests;
    private int next;
    private long answered;

    /** Begins a term and its first epoch, and makes requests that overwrite one volume from end to end. */
    @Setup
    public void begin() {
        Definition.Volume volume = new Definition.Volume("disk", VOLUME_BYTES);
        chain = new Chain(Position.origin(new UUID(0, 1), "cluster", "topic"), List.of());
        Numbering numbering = new Numbering(chain);
        appender = new Appender(
                "demo",
                new InstantRing(),
                Runnable::run,
                64 << 20,
                () -> {},
                new Retries("demo", Runnable::run, () -> ""));
        WriteCache cache = new WriteCache(4L * VOLUME_BYTES, 1);
        writes = new WritePath(
                new VolumeTable(List.of(volume)),
                cache,
                numbering,
                appender,
                MirrorSerdes.configured(Map.of()).ringEncoder("ring"),
                SourceSettings.AckMode.WRITE,
                last -> {});
        writes.append(numbering.termBegin("east", new UUID(0, 2)));
        acknowledge();
        Sleeper sleeper = new Sleeper();
        Turn turn = new Turn(System::nanoTime);
        inbox = new Inbox(sleeper);
        device = new MirrorDevice(
                "demo",
                0,
                volume,
                1 << 20,
                inbox,
                new Doorbell(sleeper, turn),
                new ReadPath(
                        cache,
                        List.of(),
                        Runnable::run,
                        turn,
                        new Lease("demo", Duration.ofSeconds(10), System::nanoTime, () -> {})));
        requests = new Request.Write[VOLUME_BYTES / bytes];
        ByteBuffer[] payloads = new ByteBuffer[PAYLOADS];
        Arrays.setAll(payloads, i -> payload());
        for (int i = 0; i < requests.length; i++) {
            requests[i] = new Request.Write(0, (long) i * bytes, payloads[i % PAYLOADS], false, failure -> answered++);
        }
    }

    /** On the owner's thread alone. */
    @Benchmark
    public long owner() {
        writes.take(request());
        acknowledge();
        return answered;
    }

    /** From the block device on, by way of the owner's inbox. */
    @Benchmark
    public long device() {
        Request.Write request = request();
        device.write(request.offsetBytes(), request.data(), false, request.completion());
        writes.take(inbox.pollChange());
        acknowledge();
        return answered;
    }

    private Request.Write request() {
        next = next + 1 < requests.length ? next + 1 : 0;
        return requests[next];
    }

    private void acknowledge() {
        appender.send(0);
        Append append;
        while ((append = appender.acknowledged()) != null) {
            append.follow(chain);
            appender.remove();
            append.complete(null);
        }
    }

    private ByteBuffer payload() {
        ByteBuffer data = ByteBuffer.allocateDirect(bytes);
        for (int i = 0; i < bytes; i++) {
            data.put(i, (byte) (i * 31));
        }
        return data;
    }

    /** A log that has every record as soon as it is handed over. */
    private static final class InstantRing implements RingProducer {
        private long offset;

        @Override
        public boolean send(int log, byte[] value, Outcome outcome) {
            outcome.appended(offset++, 1, true);
            return true;
        }

        @Override
        public int logs() {
            return 1;
        }

        @Override
        public void fence() {}

        @Override
        public void renew() {}

        @Override
        public void close() {}
    }
}
