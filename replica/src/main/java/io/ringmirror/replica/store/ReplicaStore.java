package io.ringmirror.replica.store;

import io.ringmirror.volume.VolumeImage;
import java.io.IOException;
import java.util.List;

/** A replica as it is kept: its images and its checkpoint. The port between a mirror's owner and the disk. */
public interface ReplicaStore extends Checkpoints, AutoCloseable {
    /** The images, in the order of the definition's volumes; read from any thread, written by one at a time. */
    List<VolumeImage> images();

    /** Lets everything go without forcing; does nothing the second time. */
    @Override
    void close() throws IOException;
}
