package io.ringmirror.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The packaged product as it is laid out in the image, bin/ and lib/ and no sources, for tests after package. */
public final class Distribution implements AutoCloseable {
    private final Path home;

    private Distribution(Path home) {
        this.home = home;
    }

    /** Lays it out in a new directory. */
    public static Distribution layOut(Path home) throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        Path launcher = Files.copy(Path.of("../bin/ringmirror"), bin.resolve("ringmirror"));
        if (!launcher.toFile().setExecutable(true)) {
            throw new IOException(launcher + " cannot be made executable");
        }
        Files.createSymbolicLink(home.resolve("lib"), Path.of("target/lib").toAbsolutePath());
        return new Distribution(home);
    }

    public Path launcher() {
        return home.resolve("bin/ringmirror");
    }

    /** A class path of everything in it. */
    public String classPath() {
        return home.resolve("lib") + "/*";
    }

    /** Takes the link away, before a temporary directory is deleted with all that is in it. */
    @Override
    public void close() throws IOException {
        Files.delete(home.resolve("lib"));
    }
}
