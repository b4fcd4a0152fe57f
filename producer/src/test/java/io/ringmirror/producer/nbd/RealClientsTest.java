package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.testing.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients our users have, unmodified: libnbd's, QEMU's and fio's. Requests complete out of order on two threads. */
class RealClientsTest {
    private static final int SIZE_BYTES = 64 << 20;

    @TempDir
    Path directory;

    private final ExecutorService deviceThreads = Executors.newFixedThreadPool(2);
    private final MemoryDevice device = new MemoryDevice("shop/disk", SIZE_BYTES, false, deviceThreads);
    private final MemoryDevice archive = new MemoryDevice("shop/archive", 1 << 20, true, deviceThreads);
    private final NbdServer server = new NbdServer(
            new NbdSettings("127.0.0.1", 0, 16, 64, NbdSettings.MIN_BYTES_IN_FLIGHT),
            MemoryExports.of(device, archive));

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        deviceThreads.shutdown();
    }

    private String uri(String export) {
        return "nbd://127.0.0.1:" + server.address().getPort() + "/" + export;
    }

    @Test
    void nbdinfoShowsWhatAnExportCanDo() throws Exception {
        String info = Tool.succeed("nbdinfo", "--json", uri("shop/disk"));

        assertThat(info.replaceAll("\\s+", ""))
                .contains("\"protocol\":\"newstyle-fixed\"", "\"structured\":true", "\"export-size\":" + SIZE_BYTES)
                .contains("\"description\":\"RingMirrorvolumeshop/disk\"")
                .contains("\"can_multi_conn\":true", "\"can_trim\":true", "\"can_zero\":true", "\"can_cache\":true")
                .contains("\"can_fua\":true", "\"can_flush\":true", "\"can_df\":true", "\"can_fast_zero\":false")
                .contains("\"is_read_only\":false", "\"contexts\":[\"base:allocation\"]")
                .contains("\"block_size_minimum\":1,", "\"block_size_preferred\":4096,")
                .contains("\"block_size_maximum\":" + (32 << 20));
    }

    @Test
    void nbdinfoListsAllExportsAndWhichOneIsReadOnly() throws Exception {
        String info = Tool.succeed("nbdinfo", "--list", "--json", uri(""));

        assertThat(info).contains("\"shop/disk\"", "\"shop/archive\"").containsOnlyOnce("\"is_read_only\": true");
    }

    @Test
    void nbdinfoMapsHolesAndData() throws Exception {
        device.fill(new byte[8192]);

        String map = Tool.succeed("nbdinfo", "--map", uri("shop/disk"));

        assertThat(map.lines().map(line -> line.strip().replaceAll("\\s+", " ")))
                .containsExactly("0 8192 0 data", "8192 " + (SIZE_BYTES - 8192) + " 3 hole,zero");
    }

    @Test
    void nbdcopyBringsASparseImageInAndOut() throws Exception {
        Path image = sparseImage();
        Path copy = directory.resolve("copy.img");

        Tool.succeed("nbdcopy", image.toString(), uri("shop/disk"));
        Tool.succeed("nbdcopy", uri("shop/disk"), copy.toString());

        assertThat(device.content()).isEqualTo(Files.readAllBytes(image));
        assertThat(Files.mismatch(image, copy)).isEqualTo(-1);
        assertThat(device.calls()).anyMatch(call -> call.startsWith("extents"));
    }

    @Test
    void nbdcopyOverFourConnectionsIsTheSameImage() throws Exception {
        Path image = sparseImage();

        Tool.succeed("nbdcopy", "--threads=4", "--connections=4", "--flush", image.toString(), uri("shop/disk"));

        assertThat(device.content()).isEqualTo(Files.readAllBytes(image));
        assertThat(device.calls()).contains("flush");
        assertThat(server.metrics().snapshot().connectionsAccepted()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void qemuImgConvertsAnImageInAndComparesIt() throws Exception {
        Path image = sparseImage();

        Tool.succeed("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image.toString(), uri("shop/disk"));

        assertThat(device.content()).isEqualTo(Files.readAllBytes(image));
        Tool.succeed("qemu-img", "compare", "-f", "raw", "-F", "raw", image.toString(), uri("shop/disk"));
    }

    @Test
    void clientsKeepToTheLongestRequestADeviceTakes() throws Exception {
        device.takeAtMost(64 << 10);
        Path image = sparseImage();

        assertThat(Tool.succeed("nbdinfo", uri("shop/disk"))).contains("block_size_maximum: 65536");
        Tool.succeed("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image.toString(), uri("shop/disk"));
        assertThat(device.content()).isEqualTo(Files.readAllBytes(image));
        Tool.succeed("qemu-io", "-f", "raw", uri("shop/disk"), "-c", "write -P 7 1 1M", "-c", "read -P 7 1 1M");
        assertThat(server.metrics().snapshot().requestsFailed()).isZero();
    }

    @Test
    void qemuIoWritesZeroesDiscardsAndReadsAcrossBlockBorders() throws Exception {
        String output = Tool.succeed(
                "qemu-io",
                "-f",
                "raw",
                uri("shop/disk"),
                "-c",
                "write -P 0x11 0 1M",
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
                "read -P 0x11 0 513",
                "-c",
                "read -P 0x22 513 7001",
                "-c",
                "read -P 0 7514 4774",
                "-c",
                "read -P 0x11 12288 4096",
                "-c",
                "read -P 0 16384 4096",
                "-c",
                "read -P 0 65536 65536",
                "-c",
                "read -P 0x33 131072 512",
                "-c",
                "read -P 0x11 131584 1001",
                "-c",
                "flush");

        assertThat(output).doesNotContain("failed", "error");
        assertThat(device.calls()).contains("flush").anyMatch(call -> call.startsWith("zeroes 4096+8192"));
        assertThat(device.calls()).anyMatch(call -> call.startsWith("discard 65536+65536"));
    }

    @Test
    void nbdshSendsEveryCommandAndEveryFlag() throws Exception {
        Tool.succeed("nbdsh", "-c", """
                h.add_meta_context("base:allocation")
                h.connect_uri("%s")
                h.pwrite(b"x" * 10000, 777, nbd.CMD_FLAG_FUA)
                assert h.pread(10000, 777) == b"x" * 10000
                chunks = []
                whole = h.pread_structured(65536, 0, lambda b, o, s, e: chunks.append(s), nbd.CMD_FLAG_DF)
                assert whole[776:778] == b"\\x00x" and chunks == [nbd.READ_DATA], chunks
                h.zero(4096, 4096, nbd.CMD_FLAG_NO_HOLE | nbd.CMD_FLAG_FUA)
                h.trim(4096, 8192, nbd.CMD_FLAG_FUA)
                h.cache(65536, 0)
                h.flush()
                extents = []
                h.block_status(65536, 0, lambda c, o, e, err: extents.extend(e), nbd.CMD_FLAG_REQ_ONE)
                assert extents == [8192, 0], extents
                for call in (lambda: h.pread(1, %d), lambda: h.trim(1, %d)):
                    try:
                        h.set_strict_mode(0)
                        call()
                        assert False, "went through"
                    except nbd.Error as e:
                        assert e.errno == "EINVAL", e.errno
                try:
                    h.pwrite(b"y", %d)
                    assert False, "went through"
                except nbd.Error as e:
                    assert e.errno == "ENOSPC", e.errno
                h.shutdown()
                """.formatted(uri("shop/disk"), SIZE_BYTES, SIZE_BYTES, SIZE_BYTES));

        assertThat(device.calls())
                .contains("write 777+10000 fua", "zeroes 4096+4096 keep fua", "discard 8192+4096 fua", "flush");
    }

    @Test
    void aReadOnlyExportRefusesEveryChange() throws Exception {
        Tool.succeed("nbdsh", "-c", """
                h.connect_uri("%s")
                h.set_strict_mode(0)
                for call in (lambda: h.pwrite(b"y", 0), lambda: h.trim(1, 0), lambda: h.zero(1, 0)):
                    try:
                        call()
                        assert False, "went through"
                    except nbd.Error as e:
                        assert e.errno == "EPERM", e.errno
                assert h.pread(512, 0) == bytes(512)
                """.formatted(uri("shop/archive")));

        assertThat(archive.calls()).containsExactly("read 0+512");
    }

    @Test
    void fioVerifiesMixedSizesAtDepth() throws Exception {
        String output = Tool.succeed(
                "fio",
                "--name=verify",
                "--ioengine=nbd",
                "--uri=" + uri("shop/disk"),
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
        assertThat(server.metrics().snapshot().bytesRead()).isGreaterThanOrEqualTo(40L << 20);
    }

    /** As large as the export, with data of random places and lengths, most of it holes. */
    private Path sparseImage() throws IOException {
        Path image = directory.resolve("in.img");
        Random random = new Random(7_467_169);
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
