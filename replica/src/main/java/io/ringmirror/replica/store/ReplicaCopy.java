package io.ringmirror.replica.store;

import io.ringmirror.schemas.Definition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A copy of a replica's directory, before it is adopted. What is read of images while somebody writes them is a mixture of
 * states between the position before the first byte was read and the one after the last; since each record says what bytes
 * are afterwards, the mixture followed by every record from the first position to the second is exact. So such a copy must
 * bring both, and counts as an interrupted flush from the one to the other. A directory that was closed is one state.
 *
 * <pre>
 *   &lt;dir&gt;/position.before        copied before the images, where they may have been written meanwhile
 *   &lt;dir&gt;/position.after         copied after the images
 * </pre>
 */
final class ReplicaCopy {
    private final ReplicaFiles files;
    private final Path before;
    private final Path after;

    ReplicaCopy(ReplicaFiles files) {
        this.files = files;
        this.before = files.position().resolveSibling("position.before");
        this.after = files.position().resolveSibling("position.after");
    }

    /** Whether it brings positions that are not one yet: no server may use it so. */
    boolean isUnadopted() {
        return Files.exists(before) || Files.exists(after);
    }

    /**
     * What can be said of its images.
     *
     * @throws ReplicaException if they may be of different moments and it does not say of which
     */
    Checkpoint checkpoint() throws IOException {
        if (Files.exists(before) && Files.exists(after)) {
            return between(
                    PositionFile.open(before).checkpoint(),
                    PositionFile.open(after).checkpoint());
        }
        if (isUnadopted()) {
            throw new ReplicaException(files.position().getParent() + " has only one of " + before.getFileName()
                    + " and " + after.getFileName() + "; both are needed, copied before and after its images");
        }
        Checkpoint copied = PositionFile.open(files.position()).checkpoint();
        if (copied.use() != Use.CLOSED || files.isMarkedInUse()) {
            throw new ReplicaException(files.position().getParent() + " is a copy of a directory that was not closed"
                    + (copied.use() == Use.UNKNOWN ? ", as far as its older position file tells" : "")
                    + ": its images may be of different moments. Copy it while its server is stopped in good order; or"
                    + " copy 'position' as " + before.getFileName() + ", then 'volumes', then 'position' as "
                    + after.getFileName());
        }
        return copied;
    }

    /** Forgets the two positions, once the position of the adopted replica is there for good. */
    void adopted() throws IOException {
        Files.deleteIfExists(before);
        Files.deleteIfExists(after);
        files.markInUse(false);
        DurableFile.forceAlone(files.position().getParent());
    }

    private Checkpoint between(Checkpoint first, Checkpoint last) throws ReplicaException {
        Position from = first.position();
        Position to = last.position();
        boolean sameReplica = first.replicaId().equals(last.replicaId())
                && from.mirrorId().equals(to.mirrorId())
                && from.clusterId().equals(to.clusterId())
                && from.topicId().equals(to.topicId());
        if (!sameReplica || to.isBefore(from) || last.flushes() < first.flushes()) {
            throw new ReplicaException(after + " is not a later position of the replica whose earlier one is " + before
                    + ": copy both anew, and the images between");
        }
        return first.copiedUntil(last);
    }

    /** Refuses to use a directory that still brings two positions. */
    void requireAdopted(Definition definition, String server) throws ReplicaException {
        if (isUnadopted()) {
            Path directory = files.position().getParent();
            throw new ReplicaException(directory + " is a copy that is not adopted yet, as it holds "
                    + Optional.of(before).filter(Files::exists).orElse(after).getFileName() + ": run 'ringmirror adopt "
                    + definition.mirror() + " --server " + server + " --directory " + directory
                    + "'; or, where it is the original, remove that file");
        }
    }
}
