package io.ringmirror.demo;

import io.ringmirror.client.NbdClient;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.volume.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * One run of the demo: sets the stage, writes through NBD in rounds, has the source flush after each and the
 * destination after every fourth, brings both level, and compares them. One thread; the stage stays until closed.
 */
public final class Demo implements AutoCloseable {
    private static final long WORKLOAD_VOLUME_BYTES = 256L << 20;
    private static final int ROUNDS_PER_DESTINATION_FLUSH = 4;
    private static final int DEPTH = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final DemoSettings settings;
    private final DemoProgress progress;
    private final DemoStage stage;
    private long lastLookNs;
    private Optional<MirrorStatus> seen = Optional.empty();

    private Demo(DemoSettings settings, DemoProgress progress, DemoStage stage) {
        this.settings = settings;
        this.progress = progress;
        this.stage = stage;
    }

    /** Sets the stage; the volume can be written when this returns. */
    public static Demo start(DemoSettings settings, DemoProgress progress) throws IOException, InterruptedException {
        long volumeBytes = WORKLOAD_VOLUME_BYTES;
        if (settings.image().isPresent()) {
            volumeBytes = sizeOf(settings.image().get());
        }
        progress.say("starting a broker, a source, a destination and a tracker in " + settings.directory());
        Demo demo = new Demo(settings, progress, DemoStage.set(settings, volumeBytes));
        progress.say("volume " + DemoStage.MIRROR + "/" + DemoStage.VOLUME + " is at " + demo.nbdUri());
        return demo;
    }

    /** The size of an image that can be read and can be a volume. */
    private static long sizeOf(Path image) throws IOException {
        try {
            long sizeBytes = Files.size(image);
            if (!Files.isRegularFile(image)) {
                throw new IOException("it is no file");
            }
            new ImageCopy(image, sizeBytes).close();
            int sector = Definition.Volume.SECTOR_BYTES;
            if (sizeBytes == 0 || sizeBytes % sector != 0) {
                throw new IOException(
                        "it has " + sizeBytes + " bytes; a raw disk image has a positive multiple of " + sector);
            }
            return sizeBytes;
        } catch (IOException e) {
            throw new IOException("--image " + image + " cannot be copied in: " + Reason.of(e), e);
        }
    }

    /** Where the volume is. */
    public String nbdUri() {
        return "nbd://127.0.0.1:" + stage.nbdAddress().getPort() + "/" + export();
    }

    /** The brokers, for whoever looks on with Kafka's tools. */
    public String bootstrapServers() {
        return stage.bootstrapServers();
    }

    /** Writes, flushes, levels, compares. */
    public DemoReport run() throws IOException, InterruptedException {
        if (settings.image().isEmpty()) {
            return run(new MixedWorkload(settings.length()));
        }
        Path image = settings.image().get();
        try (ImageCopy copy = new ImageCopy(image, Files.size(image))) {
            return run(copy);
        }
    }

    @Override
    public void close() {
        stage.close();
    }

    private DemoReport run(DemoWork work) throws IOException, InterruptedException {
        Optional<MirrorStatus> before = stage.status();
        long startNs = System.nanoTime();
        stage.destination().order(DemoStage.MIRROR, Action.HOLD_FLUSH);
        try (NbdClient client = NbdClient.connect(stage.nbdAddress(), export(), DEPTH)) {
            long flushed = sequence(before);
            for (int round = 0; round < DemoWork.ROUNDS; round++) {
                int now = round;
                work.round(round, client, done -> look(DemoWork.done(now, done), work));
                flushed = flushSource(work, DemoWork.done(round, 1), flushed);
                if (round % ROUNDS_PER_DESTINATION_FLUSH == ROUNDS_PER_DESTINATION_FLUSH - 1) {
                    stage.destination().order(DemoStage.MIRROR, Action.FLUSH);
                }
            }
        }
        stage.destination().order(DemoStage.MIRROR, Action.RESUME_FLUSH);
        progress.say("written; bringing the destination level");
        MirrorStatus level = level(work);
        boolean identical = Files.mismatch(stage.image(DemoStage.SOURCE), stage.image(DemoStage.DESTINATION)) == -1;
        return report(work, before, level, identical, (System.nanoTime() - startNs) / 1e9);
    }

    /** Has the source flush and go on in another log; returns the sequence up to which it flushed. */
    private long flushSource(DemoWork work, double done, long before) throws IOException, InterruptedException {
        stage.source().order(DemoStage.MIRROR, Action.FLUSH);
        MirrorStatus status = await(
                work,
                done,
                "the source to flush",
                known -> sequence(Optional.of(known)) > before && isFlushed(replica(known, DemoStage.SOURCE), known));
        return sequence(Optional.of(status));
    }

    private MirrorStatus level(DemoWork work) throws IOException, InterruptedException {
        stage.destination().order(DemoStage.MIRROR, Action.FLUSH);
        return await(
                work,
                1,
                "the destination to be level and the logs to be given back",
                status -> isFlushed(replica(status, DemoStage.DESTINATION), status)
                        && status.releasedEpoch() == status.sealedEpoch()
                        && status.logs().stream().allMatch(Demo::isGivenBack));
    }

    private static long sequence(Optional<MirrorStatus> status) {
        return status.map(known -> replica(known, DemoStage.SOURCE).state().appliedSequence())
                .orElse(0L);
    }

    private static boolean isFlushed(ReplicaStatus replica, MirrorStatus status) {
        long newest = status.replicas().stream()
                .mapToLong(other -> other.state().appliedSequence())
                .max()
                .orElse(0);
        return replica.state().flushedSequence() == newest && replica.state().flushedEpoch() == status.sealedEpoch();
    }

    private static boolean isGivenBack(MirrorStatus.Log log) {
        return log.state() == MirrorStatus.LogState.OPEN || log.deallocated();
    }

    private MirrorStatus await(DemoWork work, double done, String what, Predicate<MirrorStatus> condition)
            throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < PATIENCE.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            look(done, work);
            if (seen.filter(condition).isPresent()) {
                return seen.get();
            }
        }
        throw new IOException("waited " + PATIENCE.toSeconds() + " s in vain for " + what + "; the tracker says: "
                + seen.map(MirrorStatus::reason).orElse("nothing yet"));
    }

    private void look(double done, DemoWork work) {
        long nowNs = System.nanoTime();
        if (nowNs - lastLookNs >= LOOK.toNanos()) {
            seen = stage.status();
            lastLookNs = System.nanoTime();
            progress.working(done, work.bytes(), seen);
        }
    }

    private DemoReport report(
            DemoWork work, Optional<MirrorStatus> before, MirrorStatus after, boolean identical, double seconds) {
        return new DemoReport(
                identical,
                work.writes(),
                work.bytes(),
                after.sealedEpoch() - before.map(MirrorStatus::sealedEpoch).orElse(0L),
                flushes(after, DemoStage.SOURCE) - flushes(before, DemoStage.SOURCE),
                flushes(after, DemoStage.DESTINATION) - flushes(before, DemoStage.DESTINATION),
                after.requiredLogs(),
                stage.ringLogs(),
                after.releasedEpoch() - before.map(MirrorStatus::releasedEpoch).orElse(0L),
                after.deallocatedRecords()
                        - before.map(MirrorStatus::deallocatedRecords).orElse(0L),
                replica(after, DemoStage.DESTINATION).rpoMs() / 1000.0,
                Math.round(seconds * 10) / 10.0);
    }

    private static long flushes(Optional<MirrorStatus> status, String server) {
        return status.map(known -> flushes(known, server)).orElse(0L);
    }

    private static long flushes(MirrorStatus status, String server) {
        return replica(status, server).state().flushes();
    }

    private static ReplicaStatus replica(MirrorStatus status, String server) {
        return status.replicas().stream()
                .filter(replica -> replica.server().equals(server))
                .findFirst()
                .orElseThrow();
    }

    private static String export() {
        return DemoStage.MIRROR + "/" + DemoStage.VOLUME;
    }
}
