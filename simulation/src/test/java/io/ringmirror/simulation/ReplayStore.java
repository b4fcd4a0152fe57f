package io.ringmirror.simulation;

import io.ringmirror.replica.store.Checkpoint;
import io.ringmirror.replica.store.Checkpoints;
import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.ReplicaStore;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.volume.MemoryImage;
import io.ringmirror.volume.VolumeImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A copy of a replica on a disk that never fails, to be followed again from an older position. */
final class ReplayStore implements ReplicaStore {
    private final Checkpoints positions;
    private final List<VolumeImage> images = new ArrayList<>();

    ReplayStore(Checkpoints positions, List<byte[]> contents) {
        this.positions = positions;
        for (byte[] content : contents) {
            MemoryImage image = new MemoryImage(content.length);
            try {
                image.write(0, ByteBuffer.wrap(content));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            images.add(image);
        }
    }

    List<byte[]> content() {
        return images.stream().map(image -> ((MemoryImage) image).content()).toList();
    }

    @Override
    public List<VolumeImage> images() {
        return images;
    }

    @Override
    public Checkpoint checkpoint() {
        return positions.checkpoint();
    }

    @Override
    public void become(Role role, long epoch) throws IOException {
        positions.become(role, epoch);
    }

    @Override
    public void markDirty(DirtyTo to) throws IOException {
        positions.markDirty(to);
    }

    @Override
    public void advance(Position position, List<EpochTrail> trails) throws IOException {
        positions.advance(position, trails);
    }

    @Override
    public boolean owesLease() {
        return false;
    }

    @Override
    public void oweLease(boolean owed) {}

    @Override
    public void close() {}
}
