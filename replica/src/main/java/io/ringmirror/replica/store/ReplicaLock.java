package io.ringmirror.replica.store;

import io.ringmirror.volume.FileReason;
import io.ringmirror.volume.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a replica's directory to one user: a lock of the operating system on {@code replica.lock}, which ends with the
 * process however it ends. The file names the holder for whoever is refused; its content is not what locks. Any thread.
 */
final class ReplicaLock implements AutoCloseable {
    static final String FILE = "replica.lock";

    /**
     * Who holds what in this process, by real path. It is asked before the file is opened, because closing any handle of
     * a file drops the process's locks on it (POSIX fcntl).
     */
    private static final Map<Path, String> HELD_HERE = new ConcurrentHashMap<>();

    private final Path file;
    private final FileChannel channel;

    private ReplicaLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock or fails at once.
     *
     * @param directory one that exists
     * @param server who takes it, as told to others
     * @throws ReplicaInUseException if it is taken; names the holder
     */
    static ReplicaLock acquire(Path directory, String server) throws IOException {
        Path file = directory.toRealPath().resolve(FILE);
        String holder =
                "server " + server + ", process " + ProcessHandle.current().pid();
        String heldHere = HELD_HERE.putIfAbsent(file, holder);
        if (heldHere != null) {
            throw inUse(directory, heldHere);
        }
        try {
            return new ReplicaLock(file, lock(directory, file, holder));
        } catch (IOException | RuntimeException e) {
            HELD_HERE.remove(file);
            throw e;
        }
    }

    /** The file that is locked. */
    Path file() {
        return file;
    }

    /** Gives the lock back; does nothing the second time. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try {
                channel.close();
            } finally {
                HELD_HERE.remove(file);
            }
        }
    }

    private static FileChannel lock(Path directory, Path file, String holder) throws IOException {
        FileChannel channel = open(file);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(directory, Files.readString(file).strip());
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8)));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileChannel open(Path file) throws IOException {
        try {
            return FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    OwnerOnly.FILE);
        } catch (FileSystemException e) {
            throw new IOException(
                    "cannot lock the replica by " + file + ": " + FileReason.of(e)
                            + "; whoever runs the server must own what is in its data.dir",
                    e);
        }
    }

    private static ReplicaInUseException inUse(Path directory, String holder) {
        return new ReplicaInUseException("replica directory " + directory + " is in use by "
                + (holder.isEmpty() ? "another process" : holder) + "; stop that one or use another data.dir");
    }
}
