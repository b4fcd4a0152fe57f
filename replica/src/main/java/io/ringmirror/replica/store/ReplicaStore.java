package io.ringmirror.replica.store;

import io.ringmirror.volume.VolumeImage;
import java.io.IOException;
import java.util.List;

/** A replica as it is kept: its images and its checkpoint. The port between a mirror's owner and the disk. */
public interface ReplicaStore extends Checkpoints, AutoCloseable {
    /** The images, in the order of the definition's volumes; read from any thread, written by one at a time. */
    List<VolumeImage> images();

    /** Whether it was stated last that a lease is owed; see {@link #oweLease}. */
    boolean owesLease();

    /**
     * States that the replica's server took the role from a source that may still answer reads, or that it does not any
     * more. On return this survives a crash. From any thread, one at a time.
     */
    void oweLease(boolean owed) throws IOException;

    /** Lets everything go without forcing; does nothing the second time. */
    @Override
    void close() throws IOException;
}
