package io.ringmirror.torture;

import io.ringmirror.replica.store.Checkpoint;
import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.PositionFile;
import io.ringmirror.torture.Violations.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * Holds a replica's files, while no server has them, against the ring: they must be what the ring says of their
 * position, and where a flush was under way each block what it was at some sequence of that flush. One thread.
 */
final class ReplicaCheck {
    private static final Duration FOLLOWER_BOUND = Duration.ofMinutes(1);

    private final String mirror;
    private final RingHistory history;
    private final Violations violations;

    ReplicaCheck(String mirror, RingHistory history, Violations violations) {
        this.mirror = mirror;
        this.history = history;
        this.violations = violations;
    }

    /** The image of a volume of a replica. */
    static Path image(Path replica, String volume) {
        return replica.resolve("volumes").resolve(volume + ".img");
    }

    /** The sequence up to which a replica is flushed, and whether no flush is unfinished; a server may be using it. */
    static Optional<Checkpoint> checkpoint(Path replica) throws IOException {
        Path position = replica.resolve("position");
        return Files.exists(position) ? Optional.of(PositionFile.open(position).checkpoint()) : Optional.empty();
    }

    /** Checks it; a replica that has no position yet was never used. */
    void check(String server, Path replica) throws IOException, InterruptedException {
        Optional<Checkpoint> checkpoint = checkpoint(replica);
        if (checkpoint.isEmpty()) {
            return;
        }
        long from = checkpoint.get().position().sequence();
        long to = checkpoint.get().dirtyTo().map(DirtyTo::sequence).orElse(from);
        if (!history.await(Math.max(from, to), FOLLOWER_BOUND)) {
            violations.add(
                    Kind.PREFIX,
                    "mirror " + mirror + " at " + server + " is flushed to sequence " + from + ", on its way to " + to
                            + "; the ring ends at " + history.sequence());
            return;
        }
        for (int volume = 0; volume < TortureMirror.VOLUMES.size(); volume++) {
            check(server, image(replica, TortureMirror.VOLUMES.get(volume)), volume, from, to);
        }
    }

    private void check(String server, Path file, int volume, long from, long to) throws IOException {
        try (FileChannel image = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer block = ByteBuffer.allocate(BlockContent.BLOCK_BYTES);
            for (int at = 0; at < TortureMirror.VOLUME_BLOCKS; at++) {
                read(image, at, block);
                int number = volume * TortureMirror.VOLUME_BLOCKS + at;
                if (!history.mayHold(number, from, to, BlockContent.fingerprint(block))) {
                    violations.add(
                            Kind.PREFIX,
                            "mirror " + mirror + " at " + server + ", flushed to sequence " + from + ", on its way to "
                                    + to + ": block " + number + " holds " + BlockContent.describe(block));
                }
            }
        }
    }

    private static void read(FileChannel image, int number, ByteBuffer block) throws IOException {
        block.clear();
        long at = (long) number * BlockContent.BLOCK_BYTES;
        while (block.hasRemaining()) {
            if (image.read(block, at + block.position()) < 0) {
                throw new IOException("the image ends in block " + number);
            }
        }
        block.flip();
    }
}
