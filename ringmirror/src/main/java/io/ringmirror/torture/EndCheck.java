package io.ringmirror.torture;

import io.ringmirror.torture.Violations.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Compares the replicas of a mirror when no server has them and nothing is missing any more: byte for byte with one
 * another, and block by block with what ring and clients know. One thread.
 */
final class EndCheck {
    private static final long CORRUPTED_BLOCK = 7;

    private final List<TortureMirror> mirrors;
    private final Replicas replicas;
    private final Violations violations;

    EndCheck(List<TortureMirror> mirrors, Replicas replicas, Violations violations) {
        this.mirrors = mirrors;
        this.replicas = replicas;
        this.violations = violations;
    }

    /** Where replicas are. */
    interface Replicas {
        Path directory(String server, String mirror);
    }

    /** Overwrites some bytes of the last replica of the first mirror: the check must find it. */
    void corrupt() throws IOException {
        TortureMirror mirror = mirrors.get(0);
        List<String> servers = mirror.replicas();
        try (FileChannel channel = FileChannel.open(
                image(servers.get(servers.size() - 1), mirror, TortureMirror.VOLUMES.get(0)),
                StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'o', 'o', 'p', 's'}), CORRUPTED_BLOCK * BlockContent.BLOCK_BYTES);
        }
    }

    void check() throws IOException, InterruptedException {
        for (TortureMirror mirror : mirrors) {
            mirror.acknowledgements().end();
            ReplicaCheck check = new ReplicaCheck(mirror.name(), mirror.history(), violations);
            for (String server : mirror.replicas()) {
                check.check(server, replicas.directory(server, mirror.name()));
            }
            compare(mirror);
        }
    }

    private void compare(TortureMirror mirror) throws IOException {
        for (String volume : TortureMirror.VOLUMES) {
            compare(mirror, volume);
        }
    }

    private void compare(TortureMirror mirror, String volume) throws IOException {
        String first = mirror.replicas().get(0);
        Path image = image(first, mirror, volume);
        for (String server : mirror.replicas()) {
            long mismatch = Files.mismatch(image, image(server, mirror, volume));
            if (mismatch != -1) {
                violations.add(
                        Kind.DIFFERENT,
                        "volume " + volume + " of mirror " + mirror.name() + " at " + first + " and " + server
                                + " differs in byte " + mismatch);
            }
        }
        byte[] bytes = Files.readAllBytes(image);
        for (int at = 0; at < TortureMirror.VOLUME_BLOCKS; at++) {
            ByteBuffer content = ByteBuffer.wrap(bytes, at * BlockContent.BLOCK_BYTES, BlockContent.BLOCK_BYTES)
                    .slice();
            mirror.ledger()
                    .readBack(
                            TortureMirror.block(volume, (long) at * BlockContent.BLOCK_BYTES),
                            BlockContent.fingerprint(content),
                            0,
                            first + ", in its image",
                            BlockContent.describe(content));
        }
    }

    private Path image(String server, TortureMirror mirror, String volume) {
        return ReplicaCheck.image(replicas.directory(server, mirror.name()), volume);
    }
}
