package io.ringmirror.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.volume.VolumeImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A mirror between servers east and west whose clients, ring and replicas say what a test has them say. */
final class Bench {
    static final String EAST = "east";
    static final String WEST = "west";
    static final UUID MIRROR_ID = new UUID(1, 1);

    private static final Definition DEFINITION = new Definition(
            "m",
            MIRROR_ID,
            1,
            0,
            EAST,
            TortureMirror.VOLUMES.stream()
                    .map(volume -> new Definition.Volume(
                            volume, (long) TortureMirror.VOLUME_BLOCKS * BlockContent.BLOCK_BYTES))
                    .toList(),
            List.of(new Definition.Replica(EAST, new UUID(2, 1)), new Definition.Replica(WEST, new UUID(2, 2))),
            new Definition.Ring(2, 4, 1 << 30),
            0);

    final List<String> said = new ArrayList<>();
    final Violations violations = new Violations(said::add);
    final TortureMirror mirror = new TortureMirror(1, new Topology.Route("m", EAST, List.of(WEST)), true, violations);
    private final Path directory;
    private long term;
    private long epoch = 1;
    private long sequence;

    Bench(Path directory) {
        this.directory = directory;
    }

    /** A write of blocks as a client sends it. */
    Change write(long firstBlock, int blocks) {
        ByteBuffer data = ByteBuffer.allocate(blocks * BlockContent.BLOCK_BYTES);
        return Change.write(mirror.number(), mirror.nextSerial(), firstBlock, data, false);
    }

    /** A client is told that a change is safe. */
    void answered(Change change, String server) {
        mirror.ledger().acknowledged(change);
        mirror.acknowledgements().answered(change, server, mirror.order().term());
    }

    void beginTerm(String server) {
        take(++term, sequence, new LogBody.TermBegin(server, UUID.nameUUIDFromBytes(server.getBytes(UTF_8))));
    }

    /** The next record of the ring carries a write. */
    void log(Change change) {
        log(term, ++sequence, change);
    }

    void log(long ofTerm, long number, Change change) {
        ByteBuffer data = content(change);
        take(ofTerm, number, new LogBody.Write(volume(change), change.offsetBytes(), data, Crc.of(data)));
    }

    void seal() {
        take(term, sequence, new LogBody.EpochEnd(0, 0, 0, 1, 0));
        epoch++;
    }

    void take(long ofTerm, long number, LogBody body) {
        RingOrder.Place unused =
                mirror.order().take(new LogRecord(Optional.of(MIRROR_ID), ofTerm, epoch, number, body), "here");
    }

    /** Makes a replica whose image holds these changes and whose position file says this sequence. */
    void replica(String server, long flushed, Optional<Long> dirtyTo, Change... changes) throws IOException {
        try (ReplicaDirectory replica =
                ReplicaDirectory.open(path(server, "m"), DEFINITION, server, "cluster", "topic")) {
            for (Change change : changes) {
                VolumeImage image = replica.images().get(TortureMirror.volumeOf(change.firstBlock()));
                image.write(change.offsetBytes(), content(change));
            }
            if (flushed > 0) {
                replica.advance(position(flushed), List.of());
            }
            if (dirtyTo.isPresent()) {
                replica.markDirty(new DirtyTo(1, dirtyTo.get(), 1, Optional.empty()));
            }
        }
    }

    Path path(String server, String name) {
        return directory.resolve(server).resolve(name);
    }

    void checkReplica(String server) throws IOException, InterruptedException {
        new ReplicaCheck("m", mirror.history(), violations).check(server, path(server, "m"));
    }

    EndCheck endCheck() {
        return new EndCheck(List.of(mirror), this::path, violations);
    }

    private static String volume(Change change) {
        return TortureMirror.VOLUMES.get(TortureMirror.volumeOf(change.firstBlock()));
    }

    private Position position(long flushed) {
        Position.EpochProgress progress = new Position.EpochProgress(1, flushed, 0, 0, false);
        return new Position(
                MIRROR_ID,
                "cluster",
                "topic",
                1,
                Optional.of(new UUID(2, 1)),
                progress,
                flushed,
                0,
                flushed,
                -1,
                1,
                0,
                flushed + 1);
    }

    private ByteBuffer content(Change change) {
        ByteBuffer data = ByteBuffer.allocate(change.lengthBytes());
        for (int i = 0; i < change.blocks(); i++) {
            BlockContent.put(new BlockContent.Stamp(mirror.number(), change.firstBlock() + i, change.serial()), data);
        }
        return data.flip();
    }
}
