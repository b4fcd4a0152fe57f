package io.ringmirror.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Where a command that starts servers of its own keeps their files: in a directory that the user named, empty or new, or
 * in a temporary one, which is deleted once it is known to be of no more use. One thread.
 */
final class Scratch implements AutoCloseable {
    private final Path directory;
    private final boolean temporary;
    private final CommandSpec spec;
    private boolean useless;

    private Scratch(Path directory, boolean temporary, CommandSpec spec) {
        this.directory = directory.toAbsolutePath();
        this.temporary = temporary;
        this.spec = spec;
    }

    /** @param data the user's directory, or null */
    static Scratch open(String prefix, Path data, CommandSpec spec) throws IOException {
        if (data == null) {
            return new Scratch(Files.createTempDirectory(prefix), true, spec);
        }
        Places.makeDirectory(spec, "--data", data);
        try (Stream<Path> files = Files.list(data)) {
            if (files.findAny().isPresent()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--data " + data + " is not empty; '" + spec.name() + "' begins with nothing");
            }
        }
        return new Scratch(data, false, spec);
    }

    Path directory() {
        return directory;
    }

    /** Nobody needs what is in it any more. */
    void done() {
        useless = true;
    }

    /** Deletes it, or says where it is. */
    @Override
    public void close() throws IOException {
        if (!temporary || !useless) {
            spec.commandLine().getErr().println("files are in " + directory);
            spec.commandLine().getErr().flush();
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
