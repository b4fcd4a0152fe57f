package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.Tool;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Servers stop and start, late or again, on the directories that they left: each goes on from its position file. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestartTest {
    private static final long MIB = 1L << 20;
    private static final int ROUND = 2;

    private Stage stage;

    @BeforeAll
    void setStage(@TempDir Path directory) throws Exception {
        stage = Stage.set(directory);
    }

    @AfterAll
    void clearStage() {
        stage.close();
    }

    @Test
    void bothServersGoOnWhereTheyWereAndCopyNothingAnewF29() throws Exception {
        Definition mirror = define("again", "oslo", "bergen");
        MirrorServer source = stage.server("oslo", Role.SOURCE);
        MirrorServer destination = stage.server("bergen", Role.DESTINATION);
        Patterns.write(source, "again", 1);
        stage.level(mirror);
        stage.await("again", "epoch 1 is deallocated", s -> s.deallocatedRecords() == 1);
        Patterns.write(source, "again", 2);

        source.close();
        destination.close();
        assertThat(stage.logStarts("again").get(0))
                .as("what was copied before is not in the ring any more")
                .isPositive();
        MirrorServer again = stage.server("oslo", Role.SOURCE);
        stage.server("bergen", Role.DESTINATION);
        Patterns.read(again, "again", 1, 2);
        Patterns.write(again, "again", 3);
        MirrorStatus status = stage.level(mirror);

        stage.assertIdentical(mirror);
        assertThat(status.term()).isEqualTo(2);
        assertThat(Stage.replica(status, "bergen").state().flushedSequence()).isEqualTo(3);
        Patterns.read(again, "again", 1, 2, 3);
    }

    @Test
    void aDestinationThatStartsLateTakesInEveryEpochSinceTheFirst() throws Exception {
        Definition mirror = define("late", "rome", "milan");
        MirrorServer source = stage.server("rome", Role.SOURCE);
        for (int epoch = 1; epoch <= 4; epoch++) {
            Patterns.write(source, "late", epoch);
            stage.flush(mirror, "rome");
        }

        stage.server("milan", Role.DESTINATION);
        Patterns.write(source, "late", 5);
        MirrorStatus status = stage.level(mirror);

        stage.assertIdentical(mirror);
        assertThat(status.requiredLogs()).isGreaterThanOrEqualTo(5);
        stage.await("late", "all five epochs are deallocated", s -> s.deallocatedRecords() == 5);
    }

    @Test
    void aDestinationGoesOnFromItsPositionFileWhenKafkaHasForgottenItsGroupF22() throws Exception {
        Definition mirror = define("forgotten", "lyon", "nice");
        MirrorServer source = stage.server("lyon", Role.SOURCE);
        MirrorServer destination = stage.server("nice", Role.DESTINATION);
        Patterns.write(source, "forgotten", 1);
        stage.level(mirror);
        stage.await("forgotten", "epoch 1 is deallocated", s -> s.deallocatedRecords() == 1);
        destination.close();
        try (Admin admin = Admin.create(stage.client())) {
            admin.deleteConsumerGroups(List.of(Stage.TOPICS.group("forgotten", "nice")))
                    .all()
                    .get();
        }

        stage.server("nice", Role.DESTINATION);
        Patterns.write(source, "forgotten", 2);
        MirrorStatus status = stage.level(mirror);

        stage.assertIdentical(mirror);
        assertThat(Stage.replica(status, "nice").state().flushedSequence()).isEqualTo(2);
    }

    /** The start is held where it reads the position file, which is a pipe that nobody has written to yet. */
    @Test
    void definitionsThatComeWhileAServerStartsAreHeeded() throws Exception {
        Definition held = withLostDestination("held");
        Definition quick = withLostDestination("quick");
        stage.server("como", Role.DESTINATION);
        stage.server("genoa", Role.SOURCE).close();
        Path position = stage.replica("genoa", "held").resolve("position");
        Path aside = Files.move(position, position.resolveSibling("position.aside"));
        byte[] content = Files.readAllBytes(aside);
        Tool.succeed("mkfifo", position.toString());

        CompletableFuture<MirrorServer> starting = CompletableFuture.supplyAsync(() -> start("genoa"));
        stage.await("quick", "it runs beside", s -> s.term() == 2);
        Definition heldMended = held.without("lost", "genoa");
        Definition quickMended = quick.without("lost", "genoa");
        stage.redefine(heldMended);
        stage.redefine(quickMended);
        Definition later = define("later", "genoa", "como");
        stage.await("later", "it runs, too", s -> s.term() == 1);
        assertThat(starting).isNotDone();

        try (OutputStream pipe = Files.newOutputStream(position)) {
            Files.move(aside, position, StandardCopyOption.REPLACE_EXISTING);
            pipe.write(content);
        }
        MirrorServer source = starting.get(Stage.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        for (Definition mirror : List.of(heldMended, quickMended, later)) {
            goRound(source, mirror);
        }
    }

    private MirrorServer start(String server) {
        try {
            return stage.server(server, Role.SOURCE);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    /** A mirror of two logs with a destination that never comes, for which the source has to wait. */
    private Definition withLostDestination(String mirror) throws Exception {
        return stage.define(
                new Definition.Ring(2, ROUND, 1L << 40),
                mirror,
                "genoa",
                List.of("como", "lost"),
                new Definition.Volume("disk", 4 * MIB));
    }

    /** More epochs than the ring has logs, which the source opens only if it takes releases. */
    private void goRound(MirrorServer source, Definition mirror) throws Exception {
        for (int epoch = 1; epoch <= ROUND + 1; epoch++) {
            Patterns.write(source, mirror.mirror(), epoch);
            stage.level(mirror);
        }
    }

    private Definition define(String mirror, String from, String to) {
        return stage.define(mirror, from, List.of(to), new Definition.Volume("disk", 8 * MIB));
    }
}
