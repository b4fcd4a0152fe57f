package io.ringmirror.replica;

import io.ringmirror.replica.store.ReplicaDirectory;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.volume.VolumeImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;

/** Replicas on disk of the mirror that {@link RingScript} writes, for tests: real files, flushed by the given executor. */
public final class Replicas {
    public static final String SERVER = "paris";
    public static final UUID REPLICA_ID = new UUID(5, 5);

    private Replicas() {}

    /** The mirror, whose released records are kept for so long. */
    public static Definition definition(long retentionMs) {
        return new Definition(
                "mirror",
                RingScript.MIRROR_ID,
                1,
                0,
                SERVER,
                List.of(
                        new Definition.Volume("disk", Histories.DISK_BYTES),
                        new Definition.Volume("swap", Histories.SWAP_BYTES)),
                List.of(new Definition.Replica(SERVER, REPLICA_ID)),
                new Definition.Ring(2, 8, 1 << 30),
                retentionMs);
    }

    /** Opens a replica that flushes on the calling thread. */
    public static Replica open(Path directory, long cacheBytes) throws IOException {
        return open(directory, definition(0), cacheBytes, Runnable::run);
    }

    /** Opens a replica of a destination that flushes by the executor. */
    public static Replica open(Path directory, Definition definition, long cacheBytes, Executor executor)
            throws IOException {
        ReplicaDirectory opened = ReplicaDirectory.open(directory, definition, SERVER, "cluster", "topic");
        Replica replica = new Replica(definition, opened, cacheBytes, executor, () -> {});
        replica.become(Role.DESTINATION);
        return replica;
    }

    /** What the image of a volume holds. */
    public static byte[] content(Replica replica, int volume) throws IOException {
        VolumeImage image = replica.images().get(volume);
        ByteBuffer content = ByteBuffer.allocate((int) image.sizeBytes());
        image.read(0, content);
        return content.array();
    }
}
