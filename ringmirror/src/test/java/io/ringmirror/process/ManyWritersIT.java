package io.ringmirror.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.client.NbdClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many mirrors of one process write as fast as they can, and brokers are away for minutes (I9, failure 5). */
@Tag("long")
class ManyWritersIT {
    private static final int MIRRORS = 16;
    private static final int WRITE_BYTES = 64 << 10;
    private static final int VOLUME_BYTES = 64 << 20;
    private static final int DEPTH = 32;
    private static final Duration OUTAGE = Duration.ofMinutes(3);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** What the launcher gives a server's heap, what these mirrors reserve beside it, and the Java machine itself. */
    private static final long HEAP_MIB = 512;

    private static final long DIRECT_MIB = 3_328;
    private static final long MACHINE_MIB = 512;

    @TempDir
    private Path directory;

    private final List<AtomicLong> written = new ArrayList<>();
    private volatile boolean enough;

    @Test
    void noClientIsCutAndMemoryStaysWithinTheBudgetOverAnOutageOfThreeMinutesI9F5() throws Exception {
        int nbdPort = Site.freePort();
        ExecutorService clients = Executors.newFixedThreadPool(MIRRORS);
        try (Site site = Site.withBroker(directory)) {
            for (int i = 0; i < MIRRORS; i++) {
                site.cluster("create", "m" + i, "--volume", "disk=64M", "--source", "east", "--destination", "west")
                        .succeeded();
            }
            site.tracker();
            Process east = site.server(
                    "server",
                    "east",
                    "nbd.listen=127.0.0.1:" + nbdPort,
                    Map.of("RINGMIRROR_OPTS", "-XX:MaxDirectMemorySize=" + DIRECT_MIB + "m"));
            Process west = site.server("server", "west", "nbd.listen=127.0.0.1:0", Map.of());
            List<Future<Void>> ends = new ArrayList<>();
            for (int i = 0; i < MIRRORS; i++) {
                AtomicLong count = new AtomicLong();
                written.add(count);
                ends.add(clients.submit(writer(nbdPort, "m" + i, count)));
            }
            awaitMore();

            signal("STOP", site.broker());
            boolean ended = east.waitFor(OUTAGE.toSeconds(), TimeUnit.SECONDS);
            signal("CONT", site.broker());

            assertThat(ended).as("the server has ended").isFalse();
            awaitMore();
            enough = true;
            for (Future<Void> end : ends) {
                end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(List.of(east, west)).allMatch(Process::isAlive);
            assertThat(MemoryIT.mostResidentKib(east) >> 10)
                    .as("MiB of memory")
                    .isLessThan(HEAP_MIB + DIRECT_MIB + MACHINE_MIB);
        } finally {
            enough = true;
            clients.shutdownNow();
        }
    }

    /** Writes blocks one after the other, round and round, and in the end reads what it wrote last. */
    private Callable<Void> writer(int port, String mirror, AtomicLong count) {
        return () -> {
            InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            byte[] data = new byte[WRITE_BYTES];
            try (NbdClient client = NbdClient.connect(server, mirror + "/disk", DEPTH)) {
                for (long i = 0; !enough; i++) {
                    Arrays.fill(data, (byte) i);
                    client.write(i * WRITE_BYTES % VOLUME_BYTES, ByteBuffer.wrap(data));
                    count.set(i);
                }
                client.flush();
                ByteBuffer read = ByteBuffer.allocate(WRITE_BYTES);
                client.read(count.get() * WRITE_BYTES % VOLUME_BYTES, read);
                assertThat(read.array()).isEqualTo(data);
            }
            return null;
        };
    }

    /** Each of them writes more than can be under way without an answer. */
    private void awaitMore() {
        List<Long> before = written.stream().map(AtomicLong::get).toList();
        Awaitility.await("all write").atMost(PATIENCE).until(() -> {
            boolean all = true;
            for (int i = 0; i < MIRRORS; i++) {
                all &= written.get(i).get() > before.get(i) + 4L * DEPTH;
            }
            return all;
        });
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
