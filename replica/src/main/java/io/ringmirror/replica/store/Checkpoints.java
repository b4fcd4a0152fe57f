package io.ringmirror.replica.store;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import java.io.IOException;
import java.util.List;

/** Where a replica's checkpoint is kept: the port between a flush and the position file. One thread at a time. */
public interface Checkpoints {
    /** What was last stored. */
    Checkpoint checkpoint();

    /**
     * States what the replica's server is for the mirror from now on. On return this survives a crash; it changes nothing
     * else.
     *
     * @param epoch the mirror's epoch now
     */
    void become(Role role, long epoch) throws IOException;

    /**
     * States that the images may from now on hold any part of what comes after the position, up to {@code to}. On return
     * this survives a crash.
     */
    void markDirty(DirtyTo to) throws IOException;

    /**
     * States that the images hold everything up to {@code position}; the caller has forced them. On return this survives a
     * crash; it counts as a flush. {@link Checkpoint#dirtyTo} is cleared when the position has reached it.
     *
     * @throws ReplicaException if the position is of another mirror, cluster or topic, or before the one stored; then
     *     nothing has changed
     */
    void advance(Position position, List<EpochTrail> trails) throws IOException;
}
