package io.ringmirror.replica.store;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.volume.FrozenCache;
import io.ringmirror.volume.VolumeImage;
import java.io.IOException;
import java.util.List;

/**
 * Brings a replica from its position to the next: the flush of source and destination. It is done by a flusher's thread.
 *
 * <p>The order is what makes a crash harmless (invariant I2). First the position file says how far the images may be
 * ahead of it, then the images are written and forced, and only then does it say that they are there. A run that failed
 * at any step is followed by another run of the same flush: all its blocks are written again before they are forced,
 * because a system that failed to force may have dropped them.
 *
 * @param frozen what to write; it stays frozen until this succeeded
 * @param target the position of the last record in {@code frozen}: in the log already
 * @param trails what the replica then knows of the ring
 * @param images the replica's images, by volume
 * @param checkpoints the replica's position file
 */
public record ReplicaFlush(
        FrozenCache frozen,
        Position target,
        List<EpochTrail> trails,
        List<VolumeImage> images,
        Checkpoints checkpoints) {
    public ReplicaFlush {
        trails = List.copyOf(trails);
        images = List.copyOf(images);
    }

    /** Does it. On return the replica is flushed to the target, and the frozen half may be thawed by its owner. */
    public void run() throws IOException {
        if (frozen.bytes() > 0) {
            checkpoints.markDirty(DirtyTo.of(checkpoints.checkpoint().position(), target, trails));
            frozen.writeTo(images);
            for (VolumeImage image : images) {
                image.force();
            }
        }
        checkpoints.advance(target, trails);
    }
}
