package io.ringmirror.replica.store;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.volume.FileReason;
import io.ringmirror.volume.ImageFile;
import io.ringmirror.volume.VolumeImage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A server's copy of a mirror, open and locked: its images and its checkpoint. One thread at a time flushes; the images
 * may be read from others, as {@link VolumeImage} has it.
 */
public final class ReplicaDirectory implements ReplicaStore {
    private static final String LEASE = "lease-owed";

    private final Path directory;
    private final ReplicaLock lock;
    private final ReplicaFiles files;
    private final PositionFile positions;
    private final List<ImageFile> images;

    private boolean closed;

    private ReplicaDirectory(
            Path directory, ReplicaLock lock, ReplicaFiles files, PositionFile positions, List<ImageFile> images) {
        this.directory = directory;
        this.lock = lock;
        this.files = files;
        this.positions = positions;
        this.images = images;
    }

    /**
     * Locks the directory and opens the replica in it. Where there is none yet it is made, all zeroes and at the origin;
     * its position file comes last, and a directory that a crash left without one is made again if its images hold
     * nothing. What is found is forced first, as a backup that was put back may be in the system's memory only.
     *
     * @param directory made if it is not there
     * @param definition of the mirror, with a replica registered for the server
     * @param server this server
     * @param clusterId the Kafka cluster's id
     * @param topicId the id of the ring topic there
     * @throws ReplicaException if the directory is in use, or holds something else than this server's replica of this
     *     mirror from this topic; nothing was changed then
     */
    public static ReplicaDirectory open(
            Path directory, Definition definition, String server, String clusterId, String topicId) throws IOException {
        Definition.Replica replica = definition
                .replicaOf(server)
                .orElseThrow(() -> new ReplicaException("server " + server + " has no replica of mirror "
                        + definition.mirror() + "; registered are "
                        + definition.replicas().stream()
                                .map(Definition.Replica::server)
                                .toList()));
        makeDirectory(directory);
        ReplicaLock lock = ReplicaLock.acquire(directory, server);
        try {
            ReplicaFiles files = new ReplicaFiles(directory, definition);
            Position origin = Position.origin(definition.mirrorId(), clusterId, topicId);
            new ReplicaCopy(files).requireAdopted(definition, server);
            if (!Files.exists(files.position())) {
                files.makeImages();
                Role first = definition.source().equals(server) ? Role.SOURCE : Role.DESTINATION;
                PositionFile.create(files.position(), Checkpoint.origin(replica.replicaId(), first, origin));
            }
            PositionFile positions = PositionFile.open(files.position());
            files.check(positions.checkpoint(), replica, origin);
            ReplicaDirectory opened = new ReplicaDirectory(directory, lock, files, positions, files.openImages());
            try {
                opened.suit(positions.checkpoint().role());
                opened.beginUse();
            } catch (IOException | RuntimeException e) {
                opened.closeImages();
                throw e;
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Makes a copy of another replica's directory the replica that is registered for this server. It goes on from the
     * position that was copied; one that was taken while a server had it open is readable once it has followed past the
     * position that was copied last ({@link ReplicaCopy}). Images and position survive a crash when it returns, and the
     * position is never there without them.
     *
     * @throws ReplicaException if the directory is in use, holds no replica of this mirror, images that are not of its
     *     volumes, or does not say of which moments they are; nothing was changed then
     */
    public static void adopt(Path directory, Definition definition, String server) throws IOException {
        Definition.Replica replica = definition.replicaOf(server).orElseThrow();
        requireDirectory(directory);
        ReplicaLock lock = ReplicaLock.acquire(directory, server);
        try (lock) {
            ReplicaFiles files = new ReplicaFiles(directory, definition);
            ReplicaCopy copy = new ReplicaCopy(files);
            Checkpoint copied = copied(copy, files, definition, server);
            ReplicaFiles.closeAll(files.openImages());
            PositionFile.create(files.position(), copied.adoptedAs(replica.replicaId()));
            copy.adopted();
        }
    }

    /**
     * From which position on a copy of another replica's directory needs the ring. Changes nothing.
     *
     * @throws ReplicaException as {@link #adopt} does
     */
    public static Position copiedFrom(Path directory, Definition definition, String server) throws IOException {
        requireDirectory(directory);
        ReplicaFiles files = new ReplicaFiles(directory, definition);
        return copied(new ReplicaCopy(files), files, definition, server).position();
    }

    private static Checkpoint copied(ReplicaCopy copy, ReplicaFiles files, Definition definition, String server)
            throws IOException {
        Checkpoint copied = copy.checkpoint();
        Position found = copied.position();
        Position expected = Position.origin(definition.mirrorId(), found.clusterId(), found.topicId());
        files.check(copied, new Definition.Replica(server, copied.replicaId()), expected);
        return copied;
    }

    private static void requireDirectory(Path directory) throws ReplicaException {
        if (!Files.isDirectory(directory)) {
            throw new ReplicaException(directory + " is not a directory; copy one of another replica there first");
        }
    }

    public Path directory() {
        return directory;
    }

    @Override
    public List<VolumeImage> images() {
        return List.copyOf(images);
    }

    @Override
    public Checkpoint checkpoint() {
        return positions.checkpoint();
    }

    @Override
    public void become(Role role, long epoch) throws IOException {
        positions.become(role, epoch);
        suit(role);
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
        return Files.exists(lease());
    }

    @Override
    public void oweLease(boolean owed) throws IOException {
        if (owed) {
            DurableFile.replace(lease(), new byte[0]);
        } else {
            Files.deleteIfExists(lease()); // one that comes back after a crash costs a wait
        }
    }

    private Path lease() {
        return directory.resolve(LEASE);
    }

    /**
     * Closes the images without forcing, says that nobody writes them any more and gives the lock back; does nothing the
     * second time.
     */
    @Override
    public void close() throws IOException {
        try (lock) {
            if (!closed) {
                closed = true;
                closeImages();
                positions.use(Use.CLOSED);
                files.markInUse(false);
            }
        }
    }

    /** Before the first byte of an image changes: a copy that somebody makes from now on shows it. */
    private void beginUse() throws IOException {
        files.markInUse(true);
        if (positions.checkpoint().use() != Use.OPEN) {
            positions.use(Use.OPEN);
        }
    }

    private void closeImages() throws IOException {
        ReplicaFiles.closeAll(images);
    }

    private static void makeDirectory(Path directory) throws IOException {
        try {
            DurableFile.makeDirectory(directory);
        } catch (FileSystemException e) {
            throw new IOException(
                    "cannot make the replica's directory " + directory + ": " + e.getFile() + ": " + FileReason.of(e)
                            + "; correct data.dir",
                    e);
        }
    }

    /** A source's clients read what they wrote; a destination's images are written and hardly read. */
    private void suit(Role role) throws IOException {
        for (ImageFile image : images) {
            image.bypassCache(role == Role.DESTINATION);
        }
    }
}
