package io.ringmirror.replica.store;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import java.util.List;
import java.util.UUID;

/**
 * A position file in memory: each change is there at once and for good, as the text that the real file would hold, and
 * {@link #reopened} reads it back. One thread.
 */
public final class MemoryPositions implements Checkpoints {
    private byte[] text;
    private Checkpoint written;
    private Checkpoint stored;

    /** A new replica, at the origin. */
    public MemoryPositions(UUID replicaId, Role role, Position origin) {
        store(Checkpoint.origin(replicaId, role, origin));
    }

    /** What it is on the way to from a position before, with its images as another one says. */
    public MemoryPositions(Checkpoint before, Checkpoint images) {
        store(before.dirty(DirtyTo.of(before.position(), images.position(), images.trails())));
    }

    /** The file as a program finds it that starts now. */
    public MemoryPositions reopened() {
        try {
            written = CheckpointText.read(text);
            stored = written;
        } catch (BadLineException e) {
            throw new IllegalStateException("what was written cannot be read", e);
        }
        return this;
    }

    /** Has the program believe of this change, as it is told, that it failed, though the file has it. */
    public void unheard(Checkpoint before) {
        stored = before;
    }

    /** What the file holds, whatever the program that has it open believes. */
    public Checkpoint written() {
        return written;
    }

    @Override
    public Checkpoint checkpoint() {
        return stored;
    }

    @Override
    public void become(Role role, long epoch) {
        if (stored.role() != role) {
            store(stored.as(role, epoch));
        }
    }

    @Override
    public void markDirty(DirtyTo to) {
        store(stored.dirty(to));
    }

    @Override
    public void advance(Position position, List<EpochTrail> trails) throws ReplicaException {
        Position before = stored.position();
        if (position.isBefore(before) || position.term() < before.term()) {
            throw new ReplicaException("it is at " + before + " and cannot go back to " + position);
        }
        store(stored.advanced(position, trails));
    }

    private void store(Checkpoint checkpoint) {
        text = CheckpointText.write(checkpoint);
        written = checkpoint;
        stored = checkpoint;
    }
}
