package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.MirrorServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server is told to stop while clients write (failure 29): it does so in bounds, and the next start repairs nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StopTest {
    /** What the command line gives a server to stop. */
    private static final int STOP_BOUND_S = 60;

    private final ExecutorService clients = Executors.newCachedThreadPool();
    private Stage stage;

    @BeforeAll
    void setStage(@TempDir Path directory) throws Exception {
        stage = Stage.set(directory);
    }

    @AfterAll
    void clearStage() {
        clients.shutdownNow();
        stage.close();
    }

    @Test
    @Timeout(5 * STOP_BOUND_S)
    void aSourceStopsUnderLoadAndHasAllThatItAcknowledgedF29() throws Exception {
        Definition mirror =
                stage.define("load", "oslo", List.of("bergen"), new Definition.Volume("disk", 64 * Disk.MIB));
        MirrorServer oslo = stage.server("oslo", Role.SOURCE);
        stage.server("bergen", Role.DESTINATION);
        AtomicInteger acknowledged = new AtomicInteger();
        Disk disk = Disk.of(oslo, "load");
        Future<?> writer = clients.submit(() -> {
            for (int write = 0; ; write++) {
                disk.write(write % 64, write % 200);
                acknowledged.set(write + 1);
            }
        });
        Awaitility.await("some writes").atMost(Stage.PATIENCE).until(() -> acknowledged.get() > 20);

        stop(oslo);
        assertThatThrownBy(writer::get).as("the client is told").isNotNull();
        int last = acknowledged.get();

        MirrorServer again = stage.server("oslo", Role.SOURCE);
        try (Disk read = Disk.of(again, "load")) {
            for (int write = Math.max(0, last - 60); write < last; write++) {
                read.read(write % 64, write % 200);
            }
            read.write(last % 64, 7);
        }
        stage.orderAll(mirror, Action.FLUSH);
        stage.await(
                "load",
                "both are level",
                s -> s.replicas().stream()
                                .map(replica -> replica.state().flushedSequence())
                                .distinct()
                                .count()
                        == 1);
        stage.assertIdentical(mirror);
    }

    @Test
    @Timeout(5 * STOP_BOUND_S)
    void aSourceStopsAtItsRingsBoundAndTheWriterThatWaitsIsToldF29() throws Exception {
        Definition mirror = stage.define(
                new Definition.Ring(2, 2, 1L << 40),
                "bound",
                "rome",
                List.of("milan"),
                new Definition.Volume("disk", 64 * Disk.MIB));
        MirrorServer rome = stage.server("rome", Role.SOURCE);
        MirrorServer milan = stage.server("milan", Role.DESTINATION);
        stage.order(mirror, "milan", Action.HOLD_FLUSH);
        AtomicInteger acknowledged = new AtomicInteger();
        Disk disk = Disk.of(rome, "bound");
        disk.write(0);
        stage.flush(mirror, "rome");
        Future<?> writer = clients.submit(() -> {
            for (int piece = 1; piece < 60; piece++) {
                disk.write(piece);
                acknowledged.set(piece);
            }
            return null;
        });
        stage.await(
                "bound",
                "the source's cache is full",
                s -> Stage.replica(s, "rome").state().dirtyBytes() >= 32 * Disk.MIB);

        stop(rome);
        assertThatThrownBy(writer::get).as("the client is told").isNotNull();
        stop(milan);

        rome = stage.server("rome", Role.SOURCE);
        stage.server("milan", Role.DESTINATION);
        try (Disk read = Disk.of(rome, "bound")) {
            read.readAll(acknowledged.get() + 1);
        }
    }

    private static void stop(MirrorServer server) throws Exception {
        long startNs = System.nanoTime();
        server.close();
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs)).isLessThan(STOP_BOUND_S);
    }
}
