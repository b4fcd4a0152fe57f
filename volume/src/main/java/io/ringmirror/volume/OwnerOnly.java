package io.ringmirror.volume;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * How files and directories are made that hold, or lead to, what is in volumes: nobody but their owner gets at them, and
 * no umask widens that. What exists keeps the rights that it has.
 */
public final class OwnerOnly {
    /** A file of mode 0600. */
    public static final FileAttribute<Set<PosixFilePermission>> FILE = of("rw-------");

    /** A directory of mode 0700. */
    public static final FileAttribute<Set<PosixFilePermission>> DIRECTORY = of("rwx------");

    private OwnerOnly() {}

    private static FileAttribute<Set<PosixFilePermission>> of(String rights) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights));
    }
}
