package io.ringmirror.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bounds memory in the configuration bounds it in the system (invariant I9). */
class MemoryIT {
    private static final long MOST_RESIDENT_KIB = 512 << 10;
    private static final int CACHE_BYTES = 64 << 20;
    private static final Map<String, String> SMALL = Map.of("RINGMIRROR_HEAP_OPTS", "-Xmx192m");

    @TempDir
    private Path directory;

    @Test
    void sourceAndDestinationStayBelowHalfAGibibyteUnderRandomWrites() throws Exception {
        try (Site site = Site.withBroker(directory)) {
            int nbdPort = Site.freePort();
            site.cluster("create", "m", "--volume", "disk=1G", "--source", "east", "--destination", "west")
                    .succeeded();
            site.tracker();
            String cache = ".cache.bytes=" + CACHE_BYTES + "\n";
            Process source =
                    site.server("source", "east", "nbd.listen=127.0.0.1:" + nbdPort + "\nsource" + cache, SMALL);
            Process destination = site.server("destination", "west", "destination" + cache, SMALL);

            assertThat(writeAtRandom(site, "nbd://127.0.0.1:" + nbdPort + "/m/disk"))
                    .isGreaterThan(4L * CACHE_BYTES);
            site.cluster("flush", "m").succeeded();
            site.cluster("wait", "m", "--in-sync").succeeded();

            assertThat(Map.of("source", mostResidentKib(source), "destination", mostResidentKib(destination)))
                    .allSatisfy((role, kib) -> assertThat(kib).isLessThan(MOST_RESIDENT_KIB));
        }
    }

    /** Four clients with 32 requests under way each, for some seconds; returns how many bytes they wrote. */
    private static long writeAtRandom(Site site, String uri) throws Exception {
        String report = site.processes()
                .tool(
                        "fio",
                        "--name=random",
                        "--ioengine=nbd",
                        "--uri=" + uri,
                        "--rw=randwrite",
                        "--bssplit=4k/50:64k/20:1m/30",
                        "--numjobs=4",
                        "--thread",
                        "--group_reporting",
                        "--iodepth=32",
                        "--size=1g",
                        "--io_size=256m",
                        "--runtime=20",
                        "--output-format=json");
        // fio says what it thinks of its options before the object.
        JsonNode result = new ObjectMapper().readTree(report.substring(report.indexOf('{')));
        return result.at("/jobs/0/write/io_bytes").longValue();
    }

    /** The most that a process ever had in memory, as Linux tells (proc(5), VmHWM). */
    static long mostResidentKib(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
