package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;

/** Patterns on the volume "disk" of a mirror, each with a place of its own, written and read by a client of the system. */
final class Patterns {
    private static final int SPACING_BYTES = 100_000;
    private static final int LENGTH_BYTES = 90_000;

    private Patterns() {}

    static void write(MirrorServer source, String mirror, int pattern) throws Exception {
        command(source, mirror, "write", pattern);
    }

    /** Reads patterns back, each of which must be there. */
    static void read(MirrorServer source, String mirror, int... patterns) throws Exception {
        for (int pattern : patterns) {
            command(source, mirror, "read", pattern);
        }
    }

    private static void command(MirrorServer source, String mirror, String verb, int pattern) throws Exception {
        String command = verb + " -P " + pattern + " " + pattern * SPACING_BYTES + " " + LENGTH_BYTES;
        assertThat(Tool.succeed("qemu-io", "-f", "raw", Stage.uri(source, mirror + "/disk"), "-c", command))
                .doesNotContain("failed");
    }
}
