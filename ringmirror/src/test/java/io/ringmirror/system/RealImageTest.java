package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system of real files goes through a mirror and is the same file system at the other end. */
class RealImageTest {
    private static final long LEAST_TREE_BYTES = 300_000_000;
    private static final long SIZE_BYTES = 1L << 30;

    @TempDir
    Path directory;

    @Test
    void aFileSystemArrivesWholeAndAsSparseAsItWas() throws Exception {
        Path original = fileSystem(tree());
        try (Stage stage = Stage.set(directory)) {
            Definition archive =
                    stage.define("archive", "east", List.of("west"), new Definition.Volume("root", SIZE_BYTES));
            MirrorServer source = stage.server("east", Role.SOURCE);
            stage.server("west", Role.DESTINATION);

            Tool.succeed("nbdcopy", "--flush", original.toString(), Stage.uri(source, "archive/root"));
            stage.level(archive);

            Path copy = stage.image("west", "archive", "root");
            stage.assertIdentical(archive);
            assertThat(Files.mismatch(original, copy)).isEqualTo(-1);
            Tool.succeed("e2fsck", "-fn", copy.toString());
            long atSource = blocks(stage.image("east", "archive", "root"));
            assertThat(blocks(copy)).isCloseTo(atSource, Percentage.withPercentage(5));
            assertThat(atSource)
                    .as("not more than the original takes; nbdcopy makes holes of zeroes it finds")
                    .isLessThanOrEqualTo(blocks(original) * 105 / 100);
        }
    }

    /** The running JDK, and what is on the class path: files of all sizes, many of them. */
    private Path tree() throws IOException {
        Path tree = directory.resolve("tree");
        Path home = Path.of(System.getProperty("java.home"));
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(home, FileVisitOption.FOLLOW_LINKS)) {
            found.filter(Files::isRegularFile).forEach(files::add);
        }
        long bytes = 0;
        for (Path file : files) {
            bytes += copy(file, tree.resolve("jdk").resolve(home.relativize(file)));
        }
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path file = Path.of(entry);
            if (Files.isRegularFile(file)) {
                bytes += copy(file, tree.resolve("jars").resolve(file.getFileName()));
            }
        }
        assertThat(bytes).isGreaterThan(LEAST_TREE_BYTES);
        return tree;
    }

    private static long copy(Path file, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        return Files.size(to);
    }

    private Path fileSystem(Path tree) throws IOException, InterruptedException {
        Path image = directory.resolve("ext4.img");
        Tool.succeed("mke2fs", "-q", "-t", "ext4", "-d", tree.toString(), image.toString(), SIZE_BYTES / 1024 + "k");
        return image;
    }

    /** What a file takes on the disk, in blocks of 512 bytes. */
    private static long blocks(Path file) throws IOException, InterruptedException {
        return Long.parseLong(Tool.succeed("stat", "-c", "%b", file.toString()).strip());
    }
}
