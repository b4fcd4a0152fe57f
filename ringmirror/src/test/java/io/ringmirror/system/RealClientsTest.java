package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The NBD clients that our users have, unmodified, against a mirror that runs. Whatever one did, both ends are flushed
 * afterwards and hold the same bytes, and the source's image holds what the client reads.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealClientsTest {
    private static final int SIZE_BYTES = 64 << 20;

    private Path directory;
    private Stage stage;
    private Definition lab;
    private String uri;

    @BeforeAll
    void setStage(@TempDir Path stageDirectory) throws Exception {
        directory = stageDirectory;
        stage = Stage.set(stageDirectory);
        lab = stage.define("lab", "east", List.of("west"), new Definition.Volume("disk", SIZE_BYTES));
        MirrorServer source = stage.server("east", Role.SOURCE);
        stage.server("west", Role.DESTINATION);
        uri = Stage.uri(source, "lab/disk");
    }

    @AfterAll
    void clearStage() {
        stage.close();
    }

    /** The write makes sure that there is something to flush. */
    @AfterEach
    void bothEndsAreTheSame() throws Exception {
        Tool.succeed("qemu-io", "-f", "raw", uri, "-c", "write -P 0x77 " + (SIZE_BYTES - 4096) + " 4096");
        stage.level(lab);
        stage.assertIdentical(lab);
        Tool.succeed(
                "qemu-img",
                "compare",
                "-f",
                "raw",
                "-F",
                "raw",
                uri,
                image("west").toString());
    }

    @Test
    void nbdinfoShowsTheVolume() throws Exception {
        String info = Tool.succeed("nbdinfo", "--json", uri).replaceAll("\\s+", "");

        assertThat(info)
                .contains("\"export-size\":" + SIZE_BYTES, "\"is_read_only\":false", "\"can_multi_conn\":true")
                .contains("\"can_trim\":true", "\"can_zero\":true", "\"can_fua\":true", "\"can_flush\":true");
        assertThat(Tool.succeed("nbdinfo", "--list", "--json", uri.replace("lab/disk", "")))
                .contains("\"lab/disk\"");
    }

    @Test
    void nbdinfoMapsWhatWasDiscardedAsAHoleInCacheAndImage() throws Exception {
        Tool.succeed(
                "qemu-io", "-f", "raw", uri, "-c", "discard 0 64M", "-c", "write -P 1 0 4M", "-c", "discard 1M 1M");

        String cached = map();
        stage.level(lab);

        assertThat(cached).isEqualTo("""
                0 1048576 data
                1048576 1048576 hole,zero
                2097152 2097152 data
                4194304 62914560 hole,zero
                """);
        assertThat(map()).isEqualTo(cached);
    }

    @Test
    void nbdcopyBringsASparseImageInAndOut() throws Exception {
        Path in = sparseImage("in.img", 1);
        Path out = directory.resolve("out.img");

        Tool.succeed("nbdcopy", in.toString(), uri);
        Tool.succeed("nbdcopy", uri, out.toString());

        assertThat(Files.mismatch(in, out)).isEqualTo(-1);
    }

    @Test
    void nbdcopyOverFourConnectionsIsTheSameImage() throws Exception {
        Path in = sparseImage("four.img", 2);
        Path out = directory.resolve("four-out.img");

        Tool.succeed("nbdcopy", "--threads=4", "--connections=4", "--flush", in.toString(), uri);
        stage.level(lab);

        assertThat(Files.mismatch(in, image("west"))).isEqualTo(-1);
        Tool.succeed("nbdcopy", "--threads=4", "--connections=4", uri, out.toString());
        assertThat(Files.mismatch(in, out)).isEqualTo(-1);
    }

    @Test
    void qemuImgConvertsInAndOutAndFindsNoDifference() throws Exception {
        Path in = sparseImage("convert.img", 3);
        Path out = directory.resolve("convert.qcow2");

        Tool.succeed("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", in.toString(), uri);
        Tool.succeed("qemu-img", "compare", "-f", "raw", "-F", "raw", in.toString(), uri);
        Tool.succeed("qemu-img", "convert", "-f", "raw", "-O", "qcow2", uri, out.toString());

        Tool.succeed("qemu-img", "compare", "-f", "raw", "-F", "qcow2", in.toString(), out.toString());
    }

    @Test
    void qemuIoReadsAcrossBlockBordersWhatItWroteZeroedAndDiscarded() throws Exception {
        Tool.succeed(
                "qemu-io",
                "-f",
                "raw",
                uri,
                "-c",
                "write -P 0x11 0 2M",
                "-c",
                "write -z 4096 8192",
                "-c",
                "write -z -u 16384 4096",
                "-c",
                "discard 65536 65536",
                "-c",
                "write -P 0x22 513 7001",
                "-c",
                "write -f -P 0x33 131072 512",
                "-c",
                "write -z 200001 70003",
                "-c",
                "write -P 0x44 1048575 2");

        List<String> reads = List.of(
                "read -P 0x11 0 513",
                "read -P 0x22 513 7001",
                "read -P 0 7514 4774",
                "read -P 0x11 12288 4096",
                "read -P 0 16384 4096",
                "read -P 0x11 20480 45056",
                "read -P 0 65536 65536",
                "read -P 0x33 131072 512",
                "read -P 0x11 131584 68417",
                "read -P 0 200001 70003",
                "read -P 0x11 270004 778571",
                "read -P 0x44 1048575 2",
                "read -P 0x11 1048577 1048575");
        read(uri, reads);
        stage.level(lab);
        read(uri, reads);
        read(image("west").toString(), reads);
    }

    @Test
    void nbdshSendsALargeWriteWholeAndReadsItBackF27() throws Exception {
        Tool.succeed("nbdsh", "-c", """
                import random
                h.connect_uri("%s")
                data = random.Random(7467169).randbytes(32 * 1024 * 1024 - 1)
                h.pwrite(data, 4097)
                assert h.pread(len(data), 4097) == data
                h.zero(1 << 20, 5000, nbd.CMD_FLAG_NO_HOLE | nbd.CMD_FLAG_FUA)
                h.trim(1 << 20, 3 << 20, nbd.CMD_FLAG_FUA)
                h.flush()
                assert h.pread(2 << 20, 5000) == bytes(1 << 20) + data[(1 << 20) + 903:(2 << 20) + 903]
                assert h.pread(1 << 20, 3 << 20) == bytes(1 << 20)
                h.shutdown()
                """.formatted(uri));
    }

    @Test
    void fioVerifiesMixedSizesAtDepth() throws Exception {
        String output = Tool.succeed(
                "fio",
                "--name=verify",
                "--ioengine=nbd",
                "--uri=" + uri,
                "--rw=randwrite",
                "--bssplit=4k/40:16k/20:64k/20:256k/10:1m/10",
                "--iodepth=32",
                "--size=48m",
                "--verify=crc32c",
                "--do_verify=1",
                "--verify_fatal=1",
                "--verify_state_save=0",
                "--randrepeat=0",
                "--fsync=64");

        assertThat(output).contains("err= 0");
    }

    private Path image(String server) {
        return stage.image(server, "lab", "disk");
    }

    private String map() throws Exception {
        return Tool.succeed("nbdinfo", "--map", uri)
                .lines()
                .map(line -> line.strip().split(" +"))
                .map(fields -> fields[0] + " " + fields[1] + " " + fields[3] + "\n")
                .collect(Collectors.joining());
    }

    private static void read(String target, List<String> reads) throws Exception {
        List<String> command = new ArrayList<>(List.of("qemu-io", "-f", "raw", target));
        reads.forEach(read -> command.addAll(List.of("-c", read)));
        assertThat(Tool.succeed(command)).doesNotContain("failed", "error");
    }

    /** As large as the volume, with data of random places and lengths, most of it holes. */
    private Path sparseImage(String name, long seed) throws IOException {
        Path image = directory.resolve(name);
        Random random = new Random(seed);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(SIZE_BYTES);
            for (int i = 0; i < 40; i++) {
                byte[] data = new byte[1 + random.nextInt(200_000)];
                random.nextBytes(data);
                file.seek(random.nextInt(SIZE_BYTES - data.length));
                file.write(data);
            }
        }
        return image;
    }
}
