package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.TestCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One broker of three goes under a client that writes (failure 4): it waits for the next leader and gets no error. */
class BrokerLossTest {
    private static final int WRITES = 200;

    @TempDir
    Path directory;

    @Test
    void whenALogsLeaderGoesAClientWaitsAndNothingIsLostF4() throws Exception {
        ExecutorService clients = Executors.newSingleThreadExecutor();
        TestCluster cluster = TestCluster.start(3, 3);
        try (Stage stage = Stage.over(directory, cluster.bootstrapServers(), 3)) {
            Definition mirror =
                    stage.define("m", "east", List.of("west"), new Definition.Volume("disk", 64 * Disk.MIB));
            MirrorServer east = stage.server("east", Role.SOURCE);
            stage.server("west", Role.DESTINATION);
            AtomicInteger acknowledged = new AtomicInteger();
            Disk disk = Disk.of(east, "m");
            Future<?> writer = clients.submit(() -> {
                for (int write = 0; write < WRITES; write++) {
                    disk.write(write % 64, write + 1);
                    acknowledged.set(write + 1);
                }
                return null;
            });
            Awaitility.await("some writes").atMost(Stage.PATIENCE).until(() -> acknowledged.get() > 10);

            MirrorStatus told = stage.await("m", "its open log is known", status -> status.openEpoch() > 0);
            cluster.stopBroker(leader(stage, openLog(told)));
            writer.get();
            for (int write = WRITES - 64; write < WRITES; write++) {
                disk.read(write % 64, write + 1);
            }
            stage.level(mirror);
            stage.assertIdentical(mirror);
        } finally {
            clients.shutdownNow();
            cluster.close();
        }
    }

    private static int openLog(MirrorStatus status) {
        return status.logs().stream()
                .filter(log -> log.trail().seal().isEmpty())
                .findFirst()
                .orElseThrow()
                .trail()
                .log();
    }

    private static int leader(Stage stage, int log) throws Exception {
        String ring = Stage.TOPICS.ring("m");
        try (Admin admin = Admin.create(stage.client())) {
            int leader = admin.describeTopics(List.of(ring))
                    .allTopicNames()
                    .get()
                    .get(ring)
                    .partitions()
                    .get(log)
                    .leader()
                    .id();
            assertThat(leader).isBetween(0, 2);
            return leader;
        }
    }
}
