package io.ringmirror.replica.store;

import io.ringmirror.volume.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/** Small files that are there whole or not at all, and directories that are there for good; any thread. */
final class DurableFile {
    static final String TEMPORARY_SUFFIX = ".tmp";

    private DurableFile() {}

    /**
     * Replaces a file's content: written beside it, forced, renamed over it, and the directory forced. A crash leaves the
     * old content or the new; so does a failure, without saying which. Only the owner may read the new one.
     */
    static void replace(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
        try (FileChannel channel = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
                OwnerOnly.FILE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceAlone(file.getParent());
    }

    /** Makes a file that is there survive a crash, with its content and under its name. */
    static void force(Path file) throws IOException {
        forceAlone(file);
        forceAlone(file.toAbsolutePath().getParent());
    }

    /**
     * Makes a directory that survives a crash and that only its owner may look into, and those above it, with the rights
     * that the umask leaves. One that exists is left as it is.
     */
    static void makeDirectory(Path directory) throws IOException {
        make(directory, OwnerOnly.DIRECTORY);
    }

    private static void make(Path directory, FileAttribute<?>... rights) throws IOException {
        if (!Files.isDirectory(directory)) {
            Path parent = directory.toAbsolutePath().getParent();
            if (parent != null) {
                make(parent);
                createDirectory(directory, rights);
                forceAlone(parent);
            }
        }
    }

    /** Another mirror of this server may make it at the same moment, and not have forced it yet. */
    private static void createDirectory(Path directory, FileAttribute<?>... rights) throws IOException {
        try {
            Files.createDirectory(directory, rights);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    /** Makes the content of a file, or the names in a directory, survive a crash. */
    static void forceAlone(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
