package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ringmirror.cli.Main;
import io.ringmirror.client.NbdClient;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Command.Conditions;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.topics.EventTail;
import io.ringmirror.server.MirrorServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The role of the source goes from server to server, and back, over a real broker (failures 14, 17, 18). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PromotionTest {
    private static final long MIB = 1L << 20;

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
    void theRoleGoesOverAndBackAndEachServerGoesOnFromItsOwnPositionF18() throws Exception {
        Definition mirror = define("there", "oslo", "bergen");
        MirrorServer oslo = stage.server("oslo", Role.SOURCE, Role.DESTINATION);
        MirrorServer bergen = stage.server("bergen", Role.SOURCE, Role.DESTINATION);
        Patterns.write(oslo, "there", 1);

        stage.order(mirror, "oslo", Action.DEMOTE);
        Stage.awaitRole(oslo, "there", Role.DESTINATION);
        stage.order(mirror, "bergen", Action.PROMOTE);
        Stage.awaitRole(bergen, "there", Role.SOURCE);
        Patterns.read(bergen, "there", 1);
        Patterns.write(bergen, "there", 2);

        stage.order(mirror, "oslo", Action.PROMOTE);
        Stage.awaitRole(oslo, "there", Role.SOURCE);
        Stage.awaitRole(bergen, "there", Role.DESTINATION);
        Patterns.read(oslo, "there", 1, 2);
        Patterns.write(oslo, "there", 3);
        MirrorStatus status = stage.level(mirror);

        stage.assertIdentical(mirror);
        assertThat(status.term()).isEqualTo(3);
    }

    @Test
    void anOldSourceIsFencedByATakeoverAndItsClientsAreToldI3F15F17() throws Exception {
        Definition mirror = define("taken", "rome", "milan");
        MirrorServer rome = stage.server("rome", Role.SOURCE, Role.DESTINATION);
        MirrorServer milan = stage.server("milan", Role.SOURCE, Role.DESTINATION);
        Patterns.write(rome, "taken", 1);
        try (NbdClient client = Stage.connect(rome, "taken", 1)) {
            stage.order(mirror, "milan", Action.PROMOTE);
            Stage.awaitRole(milan, "taken", Role.SOURCE);
            Stage.awaitRole(rome, "taken", Role.DESTINATION);
            assertThatIOException().isThrownBy(() -> {
                client.write(0, ByteBuffer.allocate(4096));
                client.flush();
            });
        }
        Patterns.read(milan, "taken", 1);
        Patterns.write(milan, "taken", 2);
        stage.level(mirror);
        stage.assertIdentical(mirror);
    }

    @Test
    void aServerStartedAgainIsWhatItWasAndARebootedOldSourceFollowsF14F18() throws Exception {
        Definition mirror = define("reboot", "lyon", "nice");
        MirrorServer lyon = stage.server("lyon", Role.SOURCE, Role.DESTINATION);
        MirrorServer nice = stage.server("nice", Role.SOURCE, Role.DESTINATION);
        Patterns.write(lyon, "reboot", 1);
        lyon.close();
        stage.order(mirror, "nice", Action.PROMOTE);
        Stage.awaitRole(nice, "reboot", Role.SOURCE);
        Patterns.write(nice, "reboot", 2);

        MirrorServer rebooted = stage.server("lyon", Role.SOURCE, Role.DESTINATION);
        assertThat(rebooted.mirrors()).containsEntry("reboot", Role.DESTINATION);
        nice.close();
        MirrorServer again = stage.server("nice", Role.SOURCE, Role.DESTINATION);
        assertThat(again.mirrors()).containsEntry("reboot", Role.SOURCE);
        Patterns.read(again, "reboot", 1, 2);
        stage.level(mirror);
        stage.assertIdentical(mirror);
    }

    @Test
    void aDestinationOnlyServerRefusesTheRoleAndGoesOnFollowingF17() throws Exception {
        Definition mirror = define("only", "berne", "basle");
        MirrorServer berne = stage.server("berne", Role.SOURCE, Role.DESTINATION);
        MirrorServer basle = stage.server("basle", Role.DESTINATION);
        stage.order(mirror, "basle", Action.PROMOTE);
        Patterns.write(berne, "only", 1);
        stage.level(mirror);
        assertThat(basle.mirrors()).containsEntry("only", Role.DESTINATION);
        assertThat(berne.mirrors()).containsEntry("only", Role.SOURCE);
    }

    @Test
    void nobodyLetsGoOfTheRoleForAServerThatCannotTakeItC11() throws Exception {
        define("unfit", "essen", "hagen");
        MirrorServer essen = stage.server("essen", Role.SOURCE, Role.DESTINATION);
        MirrorServer hagen = stage.server("hagen", Role.DESTINATION);
        Patterns.write(essen, "unfit", 1);

        assertThat(ringmirror(1, "promote", "unfit", "--server", "hagen", "--execute", "--wait"))
                .contains("server hagen was started as a destination only", "nothing was done");
        assertThat(essen.mirrors()).containsEntry("unfit", Role.SOURCE);
        hagen.close();
        assertThat(ringmirror(1, "promote", "unfit", "--server", "hagen", "--execute", "--timeout", "2s"))
                .contains("server hagen did not say within 2 s whether it can take the role", "nothing was done");
        assertThat(essen.mirrors()).containsEntry("unfit", Role.SOURCE);
        Patterns.write(essen, "unfit", 2);
        Patterns.read(essen, "unfit", 1, 2);
    }

    @Test
    void commandsPromoteBackAndForthAndSayWhoseTheRoleIsAlreadyC11() throws Exception {
        define("asked", "turku", "vaasa");
        MirrorServer turku = stage.server("turku", Role.SOURCE, Role.DESTINATION);
        MirrorServer vaasa = stage.server("vaasa", Role.SOURCE, Role.DESTINATION);
        Patterns.write(turku, "asked", 1);

        assertThat(ringmirror(0, "promote", "asked", "--server", "turku", "--execute", "--wait"))
                .contains("server turku is the source of mirror asked already, since term 1; nothing was done");
        assertThat(ringmirror(0, "promote", "asked", "--server", "vaasa"))
                .contains(
                        "server vaasa may be destination or source, and is fit: term 1",
                        "would ask server turku to finish, flush and hand over",
                        "nothing was done");
        assertThat(ringmirror(0, "promote", "asked", "--server", "vaasa", "--execute", "--wait"))
                .contains("server turku has handed over", "server vaasa is the source of mirror asked since term 2");
        Patterns.read(vaasa, "asked", 1);
        Patterns.write(vaasa, "asked", 2);
        assertThat(ringmirror(1, "demote", "asked", "--server", "turku", "--execute"))
                .contains("server turku is not the source of mirror asked, server vaasa is; nothing was done");
        assertThat(ringmirror(0, "demote", "asked", "--execute", "--wait"))
                .contains("server vaasa is a destination of mirror asked");
        assertThat(ringmirror(1, "demote", "asked", "--execute", "--timeout", "2s"))
                .contains("no server said within 2 s that it is the source of mirror asked; nothing was done");
        assertThat(ringmirror(0, "promote", "asked", "--server", "turku", "--execute", "--wait", "--drain", "2s"))
                .contains("server turku is the source of mirror asked since term 3");
        Patterns.read(turku, "asked", 1, 2);
    }

    @Test
    void anOrderThatIsLateOrOfAnotherTermIsRefusedByNameC12() throws Exception {
        Definition mirror = define("late", "brno", "linz");
        MirrorServer brno = stage.server("brno", Role.SOURCE, Role.DESTINATION);
        stage.server("linz", Role.SOURCE, Role.DESTINATION);
        Patterns.write(brno, "late", 1);
        stage.level(mirror);

        assertThat(refusal(mirror, "linz", Action.PROMOTE, conditions(1, 0)))
                .contains("the order came late: its time to live of 0 ms was over");
        assertThat(refusal(mirror, "linz", Action.PROMOTE, conditions(0, 60_000)))
                .contains("the order was given in term 0, and it is term 1");
        assertThat(refusal(mirror, "linz", Action.PROMOTE, conditions(7, 60_000)))
                .contains("the order was given in term 7 of mirror late, which is in term 1 of server brno now");
        assertThat(refusal(mirror, "brno", Action.DEMOTE, conditions(3, 60_000)))
                .contains("the order was given in term 3, and it is term 1");
        assertThat(brno.mirrors()).containsEntry("late", Role.SOURCE);
        Patterns.write(brno, "late", 2);
    }

    @Test
    void aSourceThatHandedOverTakesTheRoleBackWhereNoSuccessorComesC11() throws Exception {
        Definition mirror = define("heirless", "nancy", "tours");
        MirrorServer nancy = stage.server("nancy", Role.SOURCE, Role.DESTINATION);
        Patterns.write(nancy, "heirless", 1);

        stage.order(
                mirror,
                "nancy",
                Action.DEMOTE,
                new Conditions(OptionalLong.of(1), OptionalLong.of(3_000), false, Optional.of("tours")));
        Stage.awaitRole(nancy, "heirless", Role.DESTINATION);
        Stage.awaitRole(nancy, "heirless", Role.SOURCE);
        Patterns.read(nancy, "heirless", 1);
        Patterns.write(nancy, "heirless", 2);
    }

    @Test
    void aSourceThatWasFencedByOneWhoBeganNoTermTakesTheRoleAgainC13() throws Exception {
        Definition mirror = define("passing", "tampa", "miami");
        MirrorServer tampa = stage.server("tampa", Role.SOURCE, Role.DESTINATION);
        Patterns.write(tampa, "passing", 1);

        stage.fence(mirror);
        Stage.awaitRole(tampa, "passing", Role.DESTINATION);
        Stage.awaitRole(tampa, "passing", Role.SOURCE);
        Patterns.read(tampa, "passing", 1);
        Patterns.write(tampa, "passing", 2);
    }

    private static Conditions conditions(long term, long lifeMs) {
        return new Conditions(OptionalLong.of(term), OptionalLong.of(lifeMs), false, Optional.empty());
    }

    /** Why a server refuses an order. */
    private String refusal(Definition mirror, String server, Action action, Conditions conditions) {
        try (EventTail events = stage.events()) {
            UUID order = stage.order(mirror, server, action, conditions);
            return Awaitility.await("the order is refused")
                    .atMost(Stage.PATIENCE)
                    .until(
                            () -> events.poll(Duration.ofMillis(100)).stream()
                                    .map(Event::fact)
                                    .filter(Fact.Refused.class::isInstance)
                                    .map(Fact.Refused.class::cast)
                                    .filter(refused -> refused.commandId().equals(order))
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow()
                    .reason();
        }
    }

    private String ringmirror(int exitCode, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--bootstrap-server", stage.bootstrapServers()));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        assertThat(Main.run(out, out, all.toArray(String[]::new)))
                .as(said.toString())
                .isEqualTo(exitCode);
        return said.toString();
    }

    private Definition define(String mirror, String from, String to) {
        return stage.define(mirror, from, List.of(to), new Definition.Volume("disk", 8 * MIB));
    }
}
