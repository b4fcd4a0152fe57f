package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ringmirror.client.NbdClient;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.server.MirrorServer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
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

    private Definition define(String mirror, String from, String to) {
        return stage.define(mirror, from, List.of(to), new Definition.Volume("disk", 8 * MIB));
    }
}
