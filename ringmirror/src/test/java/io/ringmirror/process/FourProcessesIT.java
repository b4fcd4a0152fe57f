package io.ringmirror.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker, source, destination and tracker as four processes on loopback, from bin/ and properties files. */
class FourProcessesIT {
    private static final int VOLUME_BYTES = 16 << 20;

    @TempDir
    private Path directory;

    @Test
    void aWriteGoesAllTheWayRoundAndStoppedServersGoOnWithoutRepairF29() throws Exception {
        try (Site site = Site.withBroker(directory)) {
            int nbdPort = Site.freePort();
            String nbd = "nbd.listen=127.0.0.1:" + nbdPort + "\n";
            String uri = "nbd://127.0.0.1:" + nbdPort + "/m/disk";
            site.cluster("create", "m", "--volume", "disk=16M", "--source", "east", "--destination", "west")
                    .succeeded();
            Process tracker = site.tracker();
            Process source = site.server("source", "east", nbd);
            Process destination = site.server("destination", "west", "");

            Path written = randomImage();
            site.processes().tool("nbdcopy", "--flush", written.toString(), uri);
            level(site, 1);
            assertThat(Files.mismatch(written, site.image("west", "m", "disk"))).isEqualTo(-1);

            assertThat(Processes.stop(source)).isEqualTo(Site.SIGTERM);
            assertThat(Processes.stop(destination)).isEqualTo(Site.SIGTERM);
            assertThat(Processes.stop(tracker)).isEqualTo(Site.SIGTERM);
            assertQuiet(site);

            site.tracker();
            source = site.server("source", "east", nbd);
            destination = site.server("destination", "west", "");
            site.processes().tool("qemu-io", "-f", "raw", "-c", "write -P 0x5a 1000 70000", uri);
            level(site, 2);
            assertThat(Processes.stop(source)).isEqualTo(Site.SIGTERM);
            assertThat(Processes.stop(destination)).isEqualTo(Site.SIGTERM);
            assertQuiet(site);
            Path east = site.image("east", "m", "disk");
            assertThat(Files.mismatch(east, site.image("west", "m", "disk"))).isEqualTo(-1);
            assertThat(Files.mismatch(east, written)).isEqualTo(1000);
        }
    }

    /** Flushes at the source, then at the destination, and sees both agree on all up to the epoch. */
    private static void level(Site site, long epoch) throws Exception {
        String sealed = Long.toString(epoch);
        site.cluster("flush", "m", "--server", "east").succeeded();
        site.cluster("wait", "m", "--sealed", sealed).succeeded();
        site.cluster("flush", "m", "--server", "west").succeeded();
        site.cluster("wait", "m", "--released", sealed).succeeded();

        String json = site.cluster("status", "m", "-o", "json").succeeded().out();
        JsonNode status = new ObjectMapper().readTree(json).at("/mirrors/0");
        assertThat(status.get("verdict").textValue()).isEqualTo("in-sync");
        assertThat(status.get("releasedEpoch").longValue()).isGreaterThanOrEqualTo(epoch);
        assertThat(status.get("replicas")).hasSize(2);
        status.get("replicas").forEach(replica -> {
            assertThat(replica.get("lagRecords").longValue()).isZero();
            assertThat(replica.get("rpoSeconds").doubleValue()).isZero();
            assertThat(replica.get("stopped").isNull()).isTrue();
        });
    }

    private static void assertQuiet(Site site) {
        for (String process : new String[] {"tracker", "east", "west"}) {
            assertThat(site.processes().output(process)).as(process).doesNotContain("ERROR", "\tat ");
        }
    }

    private Path randomImage() throws Exception {
        byte[] bytes = new byte[VOLUME_BYTES];
        new Random(1).nextBytes(bytes);
        return Files.write(directory.resolve("written.img"), bytes);
    }
}
