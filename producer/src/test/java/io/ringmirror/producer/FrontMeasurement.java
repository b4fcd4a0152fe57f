package io.ringmirror.producer;

import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.producer.nbd.Exports;
import io.ringmirror.producer.nbd.NbdServer;
import io.ringmirror.producer.nbd.NbdSettings;
import io.ringmirror.replica.OwnerThread;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.volume.Extent;
import io.ringmirror.volume.VolumeImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Serves what the front and the read path are measured with, until it is killed: {@code memory/disk} completes every
 * request at once on the event loop, {@code demo/cached} has all its blocks in the first cache and {@code demo/image} all
 * of them in the image only. Run by hand with a port and an empty directory; a load generator is pointed at it.
 */
final class FrontMeasurement {
    private static final int VOLUME_BYTES = 64 << 20;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final long CACHE_BYTES = 512L << 20;
    private static final int DISK_THREADS = 4;
    private static final int MAX_REQUESTS = 256;
    private static final Duration HOUR = Duration.ofHours(1);

    private FrontMeasurement() {}

    /** Runs with a port and a directory. */
    public static void main(String[] arguments) throws Exception {
        List<BlockDevice> devices = new ArrayList<>(mirror(Path.of(arguments[1])));
        devices.add(new AtOnce("memory/disk", ByteBuffer.allocateDirect(VOLUME_BYTES)));
        NbdServer server = new NbdServer(
                new NbdSettings("127.0.0.1", Integer.parseInt(arguments[0]), 64, MAX_REQUESTS, 256L << 20),
                new Fixed(devices));
        server.start();
    }

    private static List<BlockDevice> mirror(Path directory) throws Exception {
        Definition definition = new Definition(
                "demo",
                new UUID(0, 1),
                1,
                0,
                "east",
                List.of(new Definition.Volume("cached", VOLUME_BYTES), new Definition.Volume("image", VOLUME_BYTES)),
                List.of(new Definition.Replica("east", new UUID(0, 2))),
                new Definition.Ring(2, 2, 1L << 40),
                0);
        ExecutorService disk = Executors.newFixedThreadPool(DISK_THREADS);
        Sleeper sleeper = new Sleeper();
        Replica replica = new Replica(definition, Bench.open(directory, definition), CACHE_BYTES, disk, sleeper::wake);
        fill(replica.images().get(1));
        Serializer<LogRecord> serializer =
                MirrorSerdes.configured(Map.of()).logRecords().serializer();
        RingProducer ring = new Forgetting(Executors.newSingleThreadExecutor());
        SourceRole role = SourceRole.take(
                replica,
                "east",
                new MemoryRingReader(new MemoryRing(2)),
                new SourceRole.Ports(
                        MemoryRing.TOPIC,
                        ring,
                        serializer,
                        wanted -> new CompletableFuture<>(),
                        disk,
                        disk,
                        fact -> {}),
                new SourceSettings(AckMode.WRITE, CACHE_BYTES, CACHE_BYTES / 2, HOUR, 8 << 20, HOUR, HOUR),
                Claim.OWNER,
                sleeper);
        fill(role);
        new OwnerThread("source-demo", role.owner(), sleeper).start();
        return role.devices();
    }

    private static void fill(VolumeImage image) throws Exception {
        for (int at = 0; at < VOLUME_BYTES; at += CHUNK_BYTES) {
            image.write(at, chunk(at));
        }
        image.force();
    }

    private static void fill(SourceRole role) throws Exception {
        for (int at = 0; at < VOLUME_BYTES; at += CHUNK_BYTES) {
            Bench.Answer answer = new Bench.Answer();
            role.devices().get(0).write(at, chunk(at), false, answer);
            while (!answer.given()) {
                role.owner().step(0);
            }
            if (!answer.good()) {
                throw new IllegalStateException("not written: " + answer.refusal());
            }
        }
    }

    private static ByteBuffer chunk(int seed) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        while (chunk.hasRemaining()) {
            chunk.putLong(seed * 31L + chunk.position());
        }
        return chunk.flip();
    }

    /** Logs that keep nothing and answer from a thread of their own, as Kafka's producer does. */
    private static final class Forgetting implements RingProducer {
        private final Executor sender;
        private long sent;

        private Forgetting(Executor sender) {
            this.sender = sender;
        }

        @Override
        public void fence() {}

        @Override
        public void send(int log, byte[] value, Outcome outcome) {
            long offset = sent++;
            sender.execute(() -> outcome.appended(offset, 0));
        }

        @Override
        public void renew() {}

        @Override
        public void abort() {}

        @Override
        public int logs() {
            return 2;
        }

        @Override
        public void close() {}
    }

    /** The devices by name. */
    private record Fixed(List<BlockDevice> devices) implements Exports {
        @Override
        public List<String> names() {
            return devices.stream().map(BlockDevice::name).toList();
        }

        @Override
        public Optional<BlockDevice> find(String name) {
            return devices.stream().filter(device -> device.name().equals(name)).findFirst();
        }
    }

    /** Memory, read and written on the caller's thread. */
    private record AtOnce(String name, ByteBuffer content) implements BlockDevice {
        @Override
        public long sizeBytes() {
            return content.capacity();
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public int maxRequestBytes() {
            return CHUNK_BYTES;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer target, Completion completion) {
            target.put(target.position(), content, (int) offsetBytes, target.remaining());
            completion.completed(null);
        }

        @Override
        public void write(long offsetBytes, ByteBuffer data, boolean forceUnitAccess, Completion completion) {
            content.put((int) offsetBytes, data, data.position(), data.remaining());
            completion.completed(null);
        }

        @Override
        public void writeZeroes(
                long offsetBytes,
                long lengthBytes,
                boolean keepAllocated,
                boolean forceUnitAccess,
                Completion completion) {
            completion.completed(null);
        }

        @Override
        public void discard(long offsetBytes, long lengthBytes, boolean forceUnitAccess, Completion completion) {
            completion.completed(null);
        }

        @Override
        public void flush(Completion completion) {
            completion.completed(null);
        }

        @Override
        public void extents(long offsetBytes, long lengthBytes, ExtentsCompletion completion) {
            completion.completed(List.of(new Extent(offsetBytes, lengthBytes, false)), null);
        }
    }
}
