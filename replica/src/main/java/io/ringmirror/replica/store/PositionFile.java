package io.ringmirror.replica.store;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file that says which prefix of the mirror's sequence a replica's images are; {@link CheckpointText} draws it. It is
 * replaced whole and forced at each change, so that a crash leaves it as it was or as it was to be. What was checked on
 * writing is checked on reading, and a step backwards is refused.
 *
 * <p>One thread changes it; {@link #checkpoint} may be asked from any thread.
 */
public final class PositionFile implements Checkpoints {
    private final Path file;
    private volatile Checkpoint stored;

    private PositionFile(Path file, Checkpoint stored) {
        this.file = file;
        this.stored = stored;
    }

    /** Makes the file, or replaces one that is there. */
    static PositionFile create(Path file, Checkpoint first) throws IOException {
        DurableFile.replace(file, CheckpointText.write(first));
        return new PositionFile(file, first);
    }

    /**
     * Reads the file. What it says survives a crash when this returns, also where whoever wrote it was killed before that
     * was so: it may be stated, and others may let go of what is behind it.
     *
     * @throws ReplicaException if it is missing, torn, damaged or of another version; the message names the line
     */
    public static PositionFile open(Path file) throws IOException {
        try {
            Checkpoint found = CheckpointText.read(Files.readAllBytes(file));
            DurableFile.force(file);
            return new PositionFile(file, found);
        } catch (NoSuchFileException e) {
            throw new ReplicaException(
                    "position file " + file + " is missing; put it back or make the replica anew", e);
        } catch (BadLineException e) {
            throw new ReplicaException(
                    "position file " + file + " cannot be used, " + e.getMessage()
                            + "; put a good copy back together with its images, or make the replica anew",
                    e);
        }
    }

    @Override
    public Checkpoint checkpoint() {
        return stored;
    }

    @Override
    public void become(Role role, long epoch) throws IOException {
        if (stored.role() != role) {
            store(stored.as(role, epoch));
        }
    }

    /** States that a server has the directory open, or has closed it. On return this survives a crash. */
    void use(Use now) throws IOException {
        store(stored.used(now));
    }

    @Override
    public void markDirty(DirtyTo to) throws IOException {
        store(stored.dirty(to));
    }

    @Override
    public void advance(Position position, List<EpochTrail> trails) throws IOException {
        Position before = stored.position();
        if (!position.mirrorId().equals(before.mirrorId())
                || !position.clusterId().equals(before.clusterId())
                || !position.topicId().equals(before.topicId())) {
            throw new ReplicaException("position file " + file + " is of mirror " + before.mirrorId() + ", cluster "
                    + before.clusterId() + ", topic " + before.topicId() + "; it cannot go on at mirror "
                    + position.mirrorId() + ", cluster " + position.clusterId() + ", topic " + position.topicId());
        }
        if (position.isBefore(before) || position.term() < before.term()) {
            throw new ReplicaException("position file " + file + " is at term " + before.term() + ", epoch "
                    + before.epoch().number() + ", sequence " + before.sequence() + "; it cannot go back to term "
                    + position.term() + ", epoch " + position.epoch().number() + ", sequence " + position.sequence());
        }
        store(stored.advanced(position, trails));
    }

    /** After a failure the file says the old or the new, either of which is true, and the next change replaces it. */
    private void store(Checkpoint checkpoint) throws IOException {
        DurableFile.replace(file, CheckpointText.write(checkpoint));
        stored = checkpoint;
    }
}
