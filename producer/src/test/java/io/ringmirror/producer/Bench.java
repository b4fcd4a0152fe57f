package io.ringmirror.producer;

import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.replica.Replica;
import io.ringmirror.replica.Sleeper;
import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.serde.RingEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/**
 * A source with all its parts and no thread of its own: a ring in memory, a real replica in a directory, and executors,
 * clock and appends in the hands of the test. It has taken the role when it is made.
 */
final class Bench implements AutoCloseable {
    static final int BLOCK = 4096;
    static final int VOLUME_BYTES = 4 << 20;
    static final int CACHE_HALF_BYTES = 1 << 20;
    static final Definition.Ring ROOMY = new Definition.Ring(2, 8, 1L << 40);
    static final Duration BEAT = Duration.ofSeconds(1);
    static final Duration LEASE = Duration.ofSeconds(10);
    static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(60);

    private static final RingEncoder ENCODER = MirrorSerdes.configured(Map.of()).ringEncoder(MemoryRing.TOPIC);
    private static final int MAX_ROUNDS = 10_000;
    private static final UUID MIRROR = new UUID(0, 1);

    final MemoryRing ring;
    final Sleeper sleeper = new Sleeper();
    final HandExecutor disk = new HandExecutor();
    final HandExecutor network = new HandExecutor();
    final List<Fact> facts = new ArrayList<>();
    final List<CompletableFuture<Integer>> growths = new ArrayList<>();
    /** Whether the topic is the ring's own, as it was asked so far. */
    final List<CompletableFuture<Boolean>> questions = new ArrayList<>();
    /** Offset below which each log was deleted, by log. */
    final Map<Integer, Long> erased = new TreeMap<>();

    final Replica replica;
    final SourceRole role;
    final List<BlockDevice> devices;

    private final Path directory;
    private boolean brokersConfirm = true;
    private long nowNs;

    Bench(Path directory, MemoryRing ring, Definition definition, SourceSettings settings) throws Exception {
        this(directory, ring, definition, settings, Claim.OWNER);
    }

    Bench(Path directory, MemoryRing ring, Definition definition, SourceSettings settings, Claim claim)
            throws Exception {
        this.directory = directory;
        this.ring = ring;
        replica = new Replica(definition, open(directory, definition), settings.cacheBytes(), disk, sleeper::wake);
        IntFunction<CompletableFuture<Integer>> grow = wanted -> {
            CompletableFuture<Integer> growth = new CompletableFuture<>();
            growths.add(growth);
            return growth;
        };
        SourceRole.Ports ports = new SourceRole.Ports(
                ring,
                ENCODER,
                grow,
                this::ask,
                () -> "",
                this::erase,
                (why, generation) -> {},
                disk,
                network,
                facts::add,
                InflightBound.of(settings.inflightBytes()),
                () -> nowNs);
        try {
            role = SourceRole.take(
                    replica, definition.source(), new MemoryRingReader(ring), ports, settings, claim, sleeper);
            devices = role.devices();
        } catch (Exception e) {
            replica.close();
            throw e;
        }
    }

    private CompletableFuture<Void> erase(int log, long beforeOffset) {
        erased.put(log, beforeOffset);
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Boolean> ask() {
        CompletableFuture<Boolean> question = new CompletableFuture<>();
        questions.add(question);
        if (brokersConfirm) {
            question.complete(true);
        }
        return question;
    }

    /** From now on whoever asks whether the topic is the ring's own waits for the test. */
    void leaveQuestionsOpen() {
        brokersConfirm = false;
    }

    static ReplicaDirectory open(Path directory, Definition definition) throws IOException {
        return ReplicaDirectory.open(directory, definition, definition.source(), "cluster", "topic");
    }

    /** Flushes on orders and at a full cache; two volumes of 4 MiB. */
    static SourceSettings settings(AckMode ack) {
        return new SourceSettings(
                ack, 2 << 20, 1 << 20, Duration.ofHours(1), 8 << 20, BEAT, LEASE, TRANSACTION_TIMEOUT);
    }

    static Definition definition(Definition.Ring ring) {
        return new Definition(
                "demo",
                MIRROR,
                1,
                0,
                "east",
                List.of(new Definition.Volume("disk", VOLUME_BYTES), new Definition.Volume("journal", VOLUME_BYTES)),
                List.of(new Definition.Replica("east", new UUID(0, 2)), new Definition.Replica("west", new UUID(0, 3))),
                ring,
                0);
    }

    /** A source of an empty mirror that has nothing more to do. */
    static Bench settled(Path directory, Definition.Ring bounds, SourceSettings settings) throws Exception {
        Bench started = new Bench(directory, new MemoryRing(bounds.initialLogs()), definition(bounds), settings);
        started.settle();
        return started;
    }

    static Bench settled(Path directory, AckMode ack, Definition.Ring bounds) throws Exception {
        return settled(directory, bounds, settings(ack));
    }

    /** One step; true if something was done. */
    boolean step() throws Exception {
        return role.owner().step(nowNs);
    }

    /** One step towards rest; true when it is. */
    boolean finish() throws Exception {
        return role.owner().finish(nowNs);
    }

    void pass(Duration time) {
        nowNs += time.toNanos();
    }

    /** Steps while anything moves; appends end well and Kafka's calls are made, but the disk is left alone. */
    void settle() throws Exception {
        boolean moves = true;
        for (int rounds = 0; moves; rounds++) {
            if (rounds > MAX_ROUNDS) {
                throw new AssertionError("it does not settle: " + facts);
            }
            boolean done = step();
            int appended = ring.underWay();
            ring.append(appended);
            moves = done || appended > 0 || network.runAll() > 0;
        }
    }

    /** As {@link #settle}, and the disk works, too. */
    void settleWithDisk() throws Exception {
        do {
            settle();
        } while (disk.runAll() > 0);
    }

    /** Has everything flushed, and goes on in another log. */
    void rotate() throws Exception {
        settle();
        role.order(Action.FLUSH);
        settleWithDisk();
    }

    /** Makes every log that was asked for. */
    void growAll() {
        for (CompletableFuture<Integer> growth : growths) {
            int logs = ring.grow(ring.logs() + 1);
            ring.reach(logs);
            growth.complete(logs);
        }
        growths.clear();
    }

    /** The outcome of one request. */
    static final class Answer implements BlockDevice.Completion {
        private int count;
        private DeviceException failure;

        @Override
        public void completed(DeviceException problem) {
            count++;
            failure = problem;
        }

        boolean given() {
            if (count > 1) {
                throw new AssertionError("answered " + count + " times");
            }
            return count == 1;
        }

        boolean good() {
            return given() && failure == null;
        }

        Optional<DeviceException.Kind> refusal() {
            return given() ? Optional.ofNullable(failure).map(DeviceException::kind) : Optional.empty();
        }
    }

    /** Writes so many bytes of one value; looked at by the owner at its next step. */
    Answer write(int volume, long offsetBytes, int lengthBytes, int value) {
        return write(volume, offsetBytes, lengthBytes, value, false);
    }

    Answer write(int volume, long offsetBytes, int lengthBytes, int value, boolean forceUnitAccess) {
        byte[] data = new byte[lengthBytes];
        Arrays.fill(data, (byte) value);
        Answer answer = new Answer();
        devices.get(volume).write(offsetBytes, ByteBuffer.wrap(data), forceUnitAccess, answer);
        return answer;
    }

    Answer flush(int volume) {
        Answer answer = new Answer();
        devices.get(volume).flush(answer);
        return answer;
    }

    /** Reads through the device, one step and the disk's work included. */
    byte[] read(int volume, long offsetBytes, int lengthBytes) throws Exception {
        ByteBuffer target = ByteBuffer.allocate(lengthBytes);
        Answer answer = new Answer();
        devices.get(volume).read(offsetBytes, target, answer);
        step();
        if (!answer.given()) {
            disk.runAll();
        }
        if (!answer.good()) {
            throw new AssertionError("the read was not answered well");
        }
        return target.array();
    }

    /** The image file's content, whatever the cache holds. */
    byte[] image(String volume) throws IOException {
        return Files.readAllBytes(directory.resolve("volumes").resolve(volume + ".img"));
    }

    /** Ends it as a killed process would: nothing is finished; only the lock is given back. */
    void kill() {
        disk.runAll();
        replica.close();
    }

    @Override
    public void close() {
        end(Optional.empty());
    }

    /** Ends it; a flush under way is waited for, so it is let run. */
    void end(Optional<Throwable> failure) {
        disk.runAll();
        role.owner().end(failure);
    }
}
