package io.ringmirror.volume;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says why a file or directory could not be used. Java's own messages for the usual causes are a path and nothing else. */
public final class FileReason {
    private FileReason() {}

    /** A few words without the path, as permission denied. */
    public static String of(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        } else if (failure instanceof AccessDeniedException) {
            return "permission denied";
        } else if (failure instanceof FileAlreadyExistsException) {
            return "a file of this name is there";
        } else if (failure instanceof NotDirectoryException) {
            return "it is not a directory";
        } else if (failure instanceof DirectoryNotEmptyException) {
            return "the directory is not empty";
        }
        String reason = failure.getReason();
        return reason == null || reason.isBlank() ? failure.getClass().getSimpleName() : reason;
    }
}
