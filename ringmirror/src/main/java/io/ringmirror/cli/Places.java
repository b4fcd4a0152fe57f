package io.ringmirror.cli;

import io.ringmirror.volume.FileReason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Sees to it that files can be made where an option wants them, before anything is started. Stateless. */
final class Places {
    private Places() {}

    /**
     * Makes a directory, with those above it, unless it is there.
     *
     * @throws ParameterException if it cannot be made, or nothing can be made in it; names the option and the reason
     */
    static void makeDirectory(CommandSpec spec, String option, Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
            requireWritable(directory);
        } catch (FileSystemException e) {
            throw refused(spec, option + " " + directory + " cannot be used", e);
        }
    }

    /**
     * Looks whether a file can be made and deleted again and again.
     *
     * @throws ParameterException if not; names the option and the reason
     */
    static void requireFile(CommandSpec spec, String option, Path file) {
        String problem = option + " " + file + " cannot be made";
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || Files.isDirectory(file)) {
            throw new ParameterException(spec.commandLine(), problem + ": a directory of this name is there");
        }
        try {
            requireWritable(directory.toRealPath());
        } catch (FileSystemException e) {
            throw refused(spec, problem, e);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), problem + ": " + e.getMessage(), e, null, file.toString());
        }
    }

    private static void requireWritable(Path directory) throws AccessDeniedException {
        if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
            throw new AccessDeniedException(directory.toString());
        }
    }

    private static ParameterException refused(CommandSpec spec, String problem, FileSystemException e) {
        return new ParameterException(
                spec.commandLine(), problem + ": " + e.getFile() + ": " + FileReason.of(e), e, null, e.getFile());
    }
}
