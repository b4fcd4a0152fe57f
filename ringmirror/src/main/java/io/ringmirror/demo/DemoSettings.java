package io.ringmirror.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the demo is asked to do.
 *
 * @param directory holds broker and servers; goes on with what it holds already
 * @param length how long the built-in workload writes
 * @param image a disk image to copy in instead of the workload
 * @param nbdPort where the volume is served on loopback; 0 takes a free port
 */
public record DemoSettings(Path directory, Duration length, Optional<Path> image, int nbdPort) {
    public DemoSettings {
        if (length.toSeconds() < 1 || length.toHours() > 24) {
            throw new IllegalArgumentException("--seconds is " + length.toSeconds() + "; it must be from 1 to "
                    + Duration.ofHours(24).toSeconds());
        }
        if (nbdPort < 0 || nbdPort > 65_535) {
            throw new IllegalArgumentException("--nbd-port is " + nbdPort + "; it must be from 0 to 65535");
        }
    }
}
