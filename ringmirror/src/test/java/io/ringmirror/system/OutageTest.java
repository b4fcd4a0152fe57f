package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.embedded.EmbeddedBroker;
import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The only broker goes away and comes back, with all that it had or with less (failures 5, 6, 29). */
class OutageTest {
    /** What the command line gives a server to stop. */
    private static final Duration STOP_BOUND = Duration.ofSeconds(60);

    /** A source goes on with what it had under way until it sees the loss; the log still ends before what others hold. */
    private static final int MORE_THAN_ONE_WHO_LIVES_ON_ADDS = 20;

    @TempDir
    Path directory;

    private EmbeddedBroker broker;

    @Test
    void withoutBrokersClientsWaitReadsFromTheLeaseOnServersStopAndNothingAcknowledgedIsLostF5F29() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        int port = port(broker);
        ExecutorService clients = Executors.newCachedThreadPool();
        Stage stage = Stage.over(directory, broker.bootstrapServers(), 1);
        try {
            Definition mirror =
                    stage.define("m", "east", List.of("west"), new Definition.Volume("disk", 64 * Disk.MIB));
            MirrorServer east = stage.server("east", Role.SOURCE);
            MirrorServer west = stage.server("west", Role.DESTINATION);
            Disk writer = Disk.of(east, "m");
            Disk reader = Disk.of(east, "m");
            writer.write(0);
            writer.write(1);
            stage.flush(mirror, "east");
            writer.write(2);

            broker.close();
            Future<?> waiting = clients.submit(() -> {
                writer.write(3);
                return null;
            });
            Future<?> late = awaitReadThatWaits(clients, reader);
            Disk.of(east, "m").close();
            Disk another = Disk.of(east, "m");
            assertThat(waiting).isNotDone();
            assertThat(late).isNotDone();

            broker = EmbeddedBroker.start(directory.resolve("kafka"), port);
            waiting.get();
            late.get();
            writer.write(4);
            another.readAll(5);
            stage.level(mirror);
            stage.assertIdentical(mirror);
            writer.write(5);

            broker.close();
            Future<?> unanswered = clients.submit(() -> {
                writer.write(6);
                return null;
            });
            Awaitility.await("both servers stop")
                    .atMost(STOP_BOUND)
                    .until(CompletableFuture.allOf(
                            CompletableFuture.runAsync(east::close), CompletableFuture.runAsync(west::close))::isDone);
            assertThatThrownBy(unanswered::get).as("it was never acknowledged").isNotNull();

            broker = EmbeddedBroker.start(directory.resolve("kafka"), port);
            east = stage.server("east", Role.SOURCE);
            stage.server("west", Role.DESTINATION);
            try (Disk disk = Disk.of(east, "m")) {
                disk.readAll(6);
                disk.write(6);
            }
            stage.level(mirror);
            stage.assertIdentical(mirror);
        } finally {
            clients.shutdownNow();
            stage.close();
            broker.close();
        }
    }

    /** Reads until a read is not answered any more, which the lease sees to; returns that one. */
    private static Future<?> awaitReadThatWaits(ExecutorService clients, Disk reader) throws Exception {
        while (true) {
            Future<?> read = clients.submit(() -> {
                reader.readAll(3);
                return null;
            });
            try {
                read.get(5, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                return read;
            }
        }
    }

    @Test
    void aBrokerThatLostAcknowledgedRecordsIsFoundOutAtTheNextStartF6() throws Exception {
        Path kafka = directory.resolve("kafka");
        broker = EmbeddedBroker.start(kafka, 0);
        int port = port(broker);
        Stage stage = Stage.over(directory, broker.bootstrapServers(), 1);
        try {
            Definition mirror = stage.define("m", "east", List.of("west"), new Definition.Volume("disk", 8 * Disk.MIB));
            MirrorServer east = stage.server("east", Role.SOURCE);
            MirrorServer west = stage.server("west", Role.DESTINATION);
            try (Disk disk = Disk.of(east, "m")) {
                disk.write(0);
            }
            stage.level(mirror);
            east.close();
            west.close();
            broker.close();
            Tool.succeed(
                    "cp",
                    "-a",
                    kafka.toString(),
                    directory.resolve("kafka.before").toString());
            broker = EmbeddedBroker.start(kafka, port);
            east = stage.server("east", Role.SOURCE);
            west = stage.server("west", Role.DESTINATION);
            try (Disk disk = Disk.of(east, "m")) {
                disk.write(1);
            }
            stage.level(mirror);
            east.close();
            west.close();
            loseSince(kafka, port);

            for (String server : List.of("east", "west")) {
                assertThatThrownBy(() -> stage.server(server, Role.SOURCE, Role.DESTINATION))
                        .hasRootCauseInstanceOf(ChainException.class)
                        .hasMessageContaining("DIVERGED")
                        .hasMessageContaining("lost acknowledged records");
            }
        } finally {
            stage.close();
            broker.close();
        }
    }

    @Test
    void aBrokerThatLostAcknowledgedRecordsUnderLivingServersStopsThemF6() throws Exception {
        Path kafka = directory.resolve("kafka");
        broker = EmbeddedBroker.start(kafka, 0);
        int port = port(broker);
        Stage stage = Stage.over(directory, broker.bootstrapServers(), 1);
        try {
            Definition mirror = stage.define("m", "east", List.of("west"), new Definition.Volume("disk", 8 * Disk.MIB));
            MirrorServer east = stage.server("east", Role.SOURCE, Role.DESTINATION);
            MirrorServer west = stage.server("west", Role.DESTINATION);
            Disk disk = Disk.of(east, "m");
            disk.write(0);
            stage.level(mirror);
            broker.close();
            Tool.succeed(
                    "cp",
                    "-a",
                    kafka.toString(),
                    directory.resolve("kafka.before").toString());
            broker = EmbeddedBroker.start(kafka, port);
            for (int i = 0; i < MORE_THAN_ONE_WHO_LIVES_ON_ADDS; i++) {
                disk.write(1);
            }
            stage.level(mirror);
            disk.write(2);
            loseSince(kafka, port);

            assertThatThrownBy(() -> disk.write(3)).as("it is not acknowledged").isNotNull();
            assertThat(awaitFailure(east).kind()).isEqualTo(Kind.DIVERGED);
            assertThat(awaitFailure(west).kind()).isIn(Kind.GAP, Kind.DIVERGED);
        } finally {
            stage.close();
            broker.close();
        }
    }

    /** The broker comes back as it was before, as after a power failure without a flush. */
    private void loseSince(Path kafka, int port) throws Exception {
        broker.close();
        Tool.succeed("rm", "-r", kafka.toString());
        Tool.succeed("cp", "-a", directory.resolve("kafka.before").toString(), kafka.toString());
        broker = EmbeddedBroker.start(kafka, port);
    }

    private static ChainException awaitFailure(MirrorServer server) {
        Throwable why = Awaitility.await("the mirror stands still")
                .atMost(Stage.PATIENCE)
                .until(server::failure, Optional::isPresent)
                .orElseThrow()
                .getCause();
        assertThat(why).isInstanceOf(ChainException.class);
        return (ChainException) why;
    }

    private static int port(EmbeddedBroker broker) {
        String servers = broker.bootstrapServers();
        return Integer.parseInt(servers.substring(servers.lastIndexOf(':') + 1));
    }
}
