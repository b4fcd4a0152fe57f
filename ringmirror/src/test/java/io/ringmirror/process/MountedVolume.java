package io.ringmirror.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * An ext4 file system on a volume, mounted as any program's: an NBD client shows the volume as a file (nbdfuse), the
 * kernel mounts that file. Unmounted as well as it can be when the volume is gone. One thread.
 */
final class MountedVolume {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Processes processes;
    private final Process client;
    private final Path fuse;
    private final Path root;

    private MountedVolume(Processes processes, Process client, Path fuse, Path root) {
        this.processes = processes;
        this.client = client;
        this.fuse = fuse;
        this.root = root;
    }

    /** Why no file system can be mounted here; empty if it can. */
    static String hindrance() {
        boolean able = Files.isWritable(Path.of("/dev/fuse")) && Files.isWritable(Path.of("/dev/loop-control"));
        return able ? "" : "/dev/fuse and /dev/loop-control are not there or not writable";
    }

    /** Shows an export as a file, makes an ext4 file system in it if asked, and mounts that. */
    static MountedVolume mount(Processes processes, Path directory, String uri, boolean make) throws Exception {
        Path fuse = Files.createDirectories(directory.resolve("fuse"));
        Path root = Files.createDirectories(directory.resolve("root"));
        Process client = processes.start("nbdfuse", "", Map.of(), List.of("nbdfuse", fuse + "/disk", uri));
        Path disk = fuse.resolve("disk");
        Awaitility.await("the volume is a file").atMost(PATIENCE).until(() -> Files.exists(disk));
        if (make) {
            processes.tool("mke2fs", "-q", "-F", "-t", "ext4", disk.toString());
        }
        processes.tool("mount", "-t", "ext4", "-o", "loop", disk.toString(), root.toString());
        return new MountedVolume(processes, client, fuse, root);
    }

    Path root() {
        return root;
    }

    void unmount() throws IOException, InterruptedException {
        processes.run(Map.of(), List.of("umount", "--lazy", root.toString()));
        client.destroyForcibly().waitFor();
        processes.run(Map.of(), List.of("umount", "--lazy", fuse.toString()));
    }
}
