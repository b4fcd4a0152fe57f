package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.client.NbdClient;
import io.ringmirror.schemas.Definition;
import io.ringmirror.server.MirrorServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A circle of five servers, each the source of one mirror and the destination of the one before, with small caches and
 * rings at their bound, all written at full rate: every mirror goes on (invariant I5; failures 8, 26).
 */
class CircleTest {
    private static final int SERVERS = 5;
    private static final int CACHE_BYTES = 8 << 20;
    private static final int WRITE_BYTES = 64 << 10;
    private static final Definition.Volume DISK = new Definition.Volume("disk", 32 << 20);
    private static final Definition.Ring RING = new Definition.Ring(2, 3, 1L << 40);

    /** For how long it is written, in seconds; 60 where nothing else is set. */
    private static final long SECONDS = Long.getLong("circle.seconds", 20);

    @Test
    void everyMirrorAdvancesTheWholeTimeI5F26(@TempDir Path directory) throws Exception {
        try (Stage stage = Stage.set(directory)) {
            List<Definition> mirrors = new ArrayList<>();
            for (int i = 0; i < SERVERS; i++) {
                mirrors.add(stage.define(RING, "m" + i, "s" + i, List.of("s" + (i + 1) % SERVERS), DISK));
            }
            List<MirrorServer> servers = new ArrayList<>();
            for (int i = 0; i < SERVERS; i++) {
                servers.add(stage.smallServer("s" + i, CACHE_BYTES));
            }
            List<Writer> writers = new ArrayList<>();
            for (int i = 0; i < SERVERS; i++) {
                writers.add(Writer.start(servers.get(i), "m" + i));
            }
            long endNs = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            while (System.nanoTime() - endNs < 0) {
                awaitAdvance(writers);
            }
            for (Writer writer : writers) {
                writer.stop();
            }
            for (Definition mirror : mirrors) {
                stage.await(
                        mirror.mirror(),
                        "all is released",
                        status -> status.releasedEpoch() == status.sealedEpoch()
                                && status.replicas().stream().allMatch(replica -> replica.lagRecords() == 0));
                stage.assertIdentical(mirror);
            }
        }
    }

    /** Each mirror has acknowledged a cacheful more: with three logs that takes flushes at both ends, and releases. */
    private static void awaitAdvance(List<Writer> writers) {
        List<Long> before = writers.stream().map(Writer::written).toList();
        for (int i = 0; i < writers.size(); i++) {
            Writer writer = writers.get(i);
            long goal = before.get(i) + CACHE_BYTES;
            Awaitility.await("mirror " + i + " advances").atMost(Stage.PATIENCE).until(() -> writer.written() >= goal);
        }
    }

    /** Writes a volume round and round, with up to eight writes under way. */
    private static final class Writer {
        private final AtomicLong bytes = new AtomicLong();
        private final NbdClient client;
        private final Thread thread;
        private volatile boolean stopping;
        private volatile Exception failure;

        private Writer(NbdClient client) {
            this.client = client;
            this.thread = new Thread(this::run, "writer");
        }

        static Writer start(MirrorServer server, String mirror) throws IOException {
            Writer writer = new Writer(Stage.connect(server, mirror, 8));
            writer.thread.start();
            return writer;
        }

        long written() {
            assertThat(failure).isNull();
            return bytes.get();
        }

        void stop() throws Exception {
            stopping = true;
            thread.join();
            client.flush();
            client.close();
        }

        private void run() {
            ByteBuffer data = ByteBuffer.allocate(WRITE_BYTES);
            try {
                for (long offset = 0; !stopping; offset = (offset + WRITE_BYTES) % DISK.sizeBytes()) {
                    data.putLong(0, bytes.get());
                    client.write(offset, data.clear());
                    bytes.addAndGet(WRITE_BYTES);
                }
            } catch (IOException | InterruptedException e) {
                failure = e;
            }
        }
    }
}
