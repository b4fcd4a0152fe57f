package io.ringmirror.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A file system and a database on a mirror whose source is killed under load, then handed back under load: what they were
 * told is durable is there on the other server (invariants I1, I2; failures 1, 17, 18).
 */
class FileSystemTakeoverIT {
    /** Says each number when its file was forced, and when its row was committed. */
    private static final String WORK = """
            import os, sqlite3, sys
            root, number = sys.argv[1], int(sys.argv[2])
            rows = sqlite3.connect(root + "/rows.sqlite")
            rows.execute("pragma journal_mode=wal")
            rows.execute("pragma synchronous=full")
            rows.execute("create table if not exists rows (number integer primary key, text)")
            rows.commit()
            while True:
                with open(f"{root}/file{number}", "wb") as file:
                    file.write(f"{number};".encode() * 3000)
                    file.flush()
                    os.fsync(file.fileno())
                directory = os.open(root, os.O_RDONLY)
                os.fsync(directory)
                os.close(directory)
                print("file", number, flush=True)
                rows.execute("insert or replace into rows values (?, ?)", (number, "x" * 500))
                rows.commit()
                print("row", number, flush=True)
                number += 1
            """;

    /** Says "whole" if the first files and rows are all there as they were written. */
    private static final String CHECK = """
            import sqlite3, sys
            root, files, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
            for number in range(1, files + 1):
                with open(f"{root}/file{number}", "rb") as file:
                    assert file.read() == f"{number};".encode() * 3000, number
            rows = sqlite3.connect(root + "/rows.sqlite")
            assert rows.execute("pragma integrity_check").fetchone()[0] == "ok"
            found = {number for number, in rows.execute("select number from rows")}
            assert found >= set(range(1, last + 1)), sorted(set(range(1, last + 1)) - found)
            print("whole")
            """;

    private final Random random = new Random(7);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"write", "flush"})
    void whatWasForcedAndCommittedIsThereAfterATakeoverAndAfterAHandover(String ack) throws Exception {
        assumeTrue(MountedVolume.hindrance().isEmpty(), MountedVolume.hindrance());
        try (Site site = Site.withBroker(directory)) {
            String eastUri = uri(Site.freePort());
            String westUri = uri(Site.freePort());
            site.cluster("create", "m", "--volume", "disk=96M", "--source", "east", "--destination", "west")
                    .succeeded();
            site.tracker();
            Process east = server(site, "east", eastUri, ack);
            server(site, "west", westUri, ack);

            Durable first = work(site, eastUri, new Durable(0, 0), () -> {
                east.destroyForcibly().onExit().join();
                promote(site, "west", "--drain", "0s");
            });
            check(site, westUri, first);
            server(site, "east", eastUri, ack);
            Durable second = work(site, westUri, first, () -> promote(site, "east"));
            check(site, eastUri, second);

            for (String server : List.of("east", "west")) {
                site.cluster("flush", "m", "--server", server).succeeded();
            }
            site.cluster("wait", "m", "--in-sync").succeeded();
            assertThat(Files.mismatch(site.image("east", "m", "disk"), site.image("west", "m", "disk")))
                    .isEqualTo(-1);
        }
    }

    /** The last number whose file was forced, and whose row was committed. */
    private record Durable(int file, int row) {}

    private interface Fault {
        void strike() throws Exception;
    }

    /** Lets the workload write until the fault strikes at some moment; tells what it was told is durable. */
    private Durable work(Site site, String uri, Durable before, Fault fault) throws Exception {
        String name = "work-" + before.row();
        int rows = 20 + random.nextInt(30);
        MountedVolume volume = MountedVolume.mount(site.processes(), directory, uri, before.row() == 0);
        try {
            Process work = site.processes()
                    .start(name, "row", Map.of(), python(WORK, volume.root(), Integer.toString(before.row() + 1)));
            Awaitility.await("enough is written")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> last(site, name, "row") >= before.row() + rows);
            fault.strike();
            work.destroyForcibly().onExit().join();
        } finally {
            volume.unmount();
        }
        return new Durable(last(site, name, "file"), last(site, name, "row"));
    }

    /** Copies the volume, replays its journal, and looks at it as its next user would. */
    private void check(Site site, String uri, Durable durable) throws Exception {
        Path copy = directory.resolve("copy.img");
        Files.deleteIfExists(copy);
        site.processes().tool("nbdcopy", uri, copy.toString());
        site.processes().run(Map.of(), List.of("e2fsck", "-y", "-E", "journal_only", copy.toString()));
        site.processes().tool("e2fsck", "-fn", copy.toString());
        Path root = Files.createDirectories(directory.resolve("copy"));
        site.processes().tool("mount", "-t", "ext4", "-o", "loop", copy.toString(), root.toString());
        try {
            String file = Integer.toString(durable.file());
            String row = Integer.toString(durable.row());
            assertThat(site.processes().tool(python(CHECK, root, file, row).toArray(String[]::new)))
                    .contains("whole");
        } finally {
            site.processes().tool("umount", root.toString());
        }
    }

    private static Process server(Site site, String name, String uri, String ack) throws Exception {
        String listen = uri.substring("nbd://".length(), uri.indexOf("/m/"));
        return site.server(
                "server",
                name,
                "nbd.listen=" + listen + "\nack=" + ack
                        + "\nbeat.ms=500\nsource.lease.ms=2000\nsource.cache.bytes=8388608\n"
                        + "destination.cache.bytes=8388608\n");
    }

    private static void promote(Site site, String server, String... more) throws Exception {
        String[] words = {"promote", "m", "--server", server, "--execute", "--wait"};
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        site.cluster(all).succeeded();
    }

    private static List<String> python(String program, Path root, String... more) {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-c", program, root.toString()));
        command.addAll(List.of(more));
        return command;
    }

    private static int last(Site site, String process, String kind) {
        return site.processes()
                .output(process)
                .lines()
                .filter(line -> line.startsWith(kind + " "))
                .mapToInt(line -> Integer.parseInt(line.substring(kind.length() + 1)))
                .max()
                .orElse(0);
    }

    private static String uri(int port) {
        return "nbd://127.0.0.1:" + port + "/m/disk";
    }
}
