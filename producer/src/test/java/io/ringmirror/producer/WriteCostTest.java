package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.ringmirror.replica.Chain;
import io.ringmirror.replica.VolumeTable;
import io.ringmirror.replica.store.Position;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.volume.WriteCache;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the owner's thread leaves to the garbage collector. */
class WriteCostTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 20_000;
    /** What is made once, by whatever the machine does just then, is in one of them; what each round makes, in all. */
    private static final int REPETITIONS = 5;

    private static final int VOLUME_BYTES = 1 << 20;
    private static final int HEADER_BYTES = 16;
    private static final int ALIGNMENT_BYTES = 8;

    private final InstantRing ring = new InstantRing();
    private final Chain chain = new Chain(Position.origin(new UUID(0, 1), "cluster", "topic"), List.of());
    private final Numbering numbering = new Numbering(chain);
    private final Appender appender =
            new Appender("demo", ring, Runnable::run, 8 << 20, () -> {}, new Retries("demo", Runnable::run, () -> ""));
    private final WritePath writes = new WritePath(
            new VolumeTable(List.of(new Definition.Volume("disk", VOLUME_BYTES))),
            new WriteCache(4 * VOLUME_BYTES, 1),
            numbering,
            appender,
            MirrorSerdes.configured(Map.of()).ringEncoder("ring"),
            SourceSettings.AckMode.WRITE,
            last -> {});
    private int answered;

    @Test
    void aWriteCostsOneObjectBesideItsRecord() {
        writes.append(numbering.termBegin("east", new UUID(0, 2)));
        acknowledge();
        write(ROUNDS);
        ring.recordBytes = 0;
        answered = 0;

        long allocated = allocatedBy(() -> write(ROUNDS));

        long besideRecords = allocated - ring.recordBytes;
        assertThat(answered).isEqualTo(ROUNDS);
        assertThat(chain.sequence()).isEqualTo(2 * ROUNDS);
        assertThat(besideRecords).isLessThan(ROUNDS * (appendBytes() + ALIGNMENT_BYTES));
    }

    @Test
    void anIdleRoundLeavesNothing(@TempDir Path directory) throws Exception {
        Definition definition = Bench.definition(new Definition.Ring(2, 64, 1 << 30));
        SourceSettings settings = Bench.settings(SourceSettings.AckMode.WRITE);
        try (Bench bench = new Bench(directory, new MemoryRing(64), definition, settings)) {
            bench.role.released(0);
            bench.settle();
            idle(bench);

            long allocated = IntStream.range(0, REPETITIONS)
                    .mapToLong(i -> allocatedBy(() -> idle(bench)))
                    .min()
                    .orElseThrow();

            assertThat(allocated).isLessThan(ROUNDS);
        }
    }

    private static void idle(Bench bench) {
        try {
            for (int i = 0; i < ROUNDS; i++) {
                bench.step();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void write(int count) {
        Request.Write[] requests = {request(0), request(8192)};
        for (int i = 0; i < count; i++) {
            writes.take(requests[i & 1]);
            acknowledge();
        }
    }

    private Request.Write request(long offsetBytes) {
        return new Request.Write(0, offsetBytes, ByteBuffer.allocateDirect(4096), false, failure -> answered++);
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

    /** How large one object is that has the fields of an {@link Append}, and makes no other. */
    private static long appendBytes() {
        long bytes = HEADER_BYTES;
        for (Field field : Append.class.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                bytes += fieldBytes(field.getType());
            }
        }
        return aligned(bytes);
    }

    private static long fieldBytes(Class<?> type) {
        if (type == long.class) {
            return Long.BYTES;
        } else if (type == int.class) {
            return Integer.BYTES;
        } else if (type == boolean.class) {
            return 1;
        } else if (type.isPrimitive()) {
            throw new AssertionError("say here how large a " + type + " is");
        }
        Object[][] made = new Object[1][];
        return (allocatedBy(() -> made[0] = new Object[1000]) - HEADER_BYTES) / 1000;
    }

    private static long aligned(long bytes) {
        return bytes + (ALIGNMENT_BYTES - bytes % ALIGNMENT_BYTES) % ALIGNMENT_BYTES;
    }

    private static long allocatedBy(Runnable task) {
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        task.run();
        return THREADS.getThreadAllocatedBytes(thread) - before;
    }

    /** A log that has every record as soon as it is handed over, and keeps none. */
    private static final class InstantRing implements RingProducer {
        private long offset;
        private long recordBytes;

        @Override
        public boolean send(int log, byte[] value, Outcome outcome) {
            recordBytes += aligned(HEADER_BYTES + value.length);
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
