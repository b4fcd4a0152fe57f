package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.cli.Main;
import io.ringmirror.client.NbdClient;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.MirrorServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fence that is well is made anew, while servers live or do not; one that is stuck is in {@link PowerLossTest}. */
class RefenceTest {
    private static final int SECTOR_BYTES = 512;

    @TempDir
    Path directory;

    private Stage stage;
    private Definition mirror;

    @BeforeEach
    void start() throws Exception {
        stage = Stage.set(directory);
        mirror = stage.define("m", "east", List.of("west"), new Definition.Volume("disk", 8 << 20));
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    @Test
    void aSourceThatLivesTakesTheRoleAgainByTheNewFenceAndAServerThatWasStoppedTakesItThereToo() throws Exception {
        MirrorServer west = server("west");
        MirrorServer east = server("east");
        write(east, 1);
        west.close();

        assertThat(refence()).contains("Ongoing", "the fence is not stuck", "nothing was done");
        assertThat(refence("--execute")).contains("refuses whoever has it", "has a new fence");

        awaitTerm(2);
        assertThat(read(east)).isEqualTo(1);
        write(east, 2);
        MirrorServer again = server("west");
        Stage.awaitRole(again, "m", Role.DESTINATION);
        stage.order(mirror, "west", Action.PROMOTE);
        assertThat(read(again)).isEqualTo(2);
        write(again, 3);
        Stage.awaitRole(east, "m", Role.DESTINATION);
        stage.order(mirror, "east", Action.PROMOTE);
        assertThat(read(east)).isEqualTo(3);
    }

    @Test
    void whereEveryServerWasStoppedTheSourceIsWhatItWasWhenItStarts() throws Exception {
        try (MirrorServer east = server("east")) {
            write(east, 1);
        }

        assertThat(refence("--execute")).contains("has a new fence");
        assertThat(refence("--execute")).contains("has a new fence");

        MirrorServer east = server("east");
        assertThat(read(east)).isEqualTo(1);
        write(east, 2);
        MirrorServer west = server("west");
        Stage.awaitRole(west, "m", Role.DESTINATION);
        stage.order(mirror, "west", Action.PROMOTE);
        assertThat(read(west)).isEqualTo(2);
    }

    private MirrorServer server(String name) throws Exception {
        return stage.server(name, Role.SOURCE, Role.DESTINATION);
    }

    private void awaitTerm(long term) {
        stage.await("m", "term " + term, status -> status.term() == term);
    }

    private static void write(MirrorServer source, int value) throws Exception {
        byte[] data = new byte[SECTOR_BYTES];
        data[0] = (byte) value;
        try (NbdClient client = Stage.connect(source, "m", 1)) {
            client.write(0, ByteBuffer.wrap(data));
            client.flush();
        }
    }

    private static int read(MirrorServer source) throws Exception {
        byte[] data = new byte[SECTOR_BYTES];
        try (NbdClient client = Stage.connect(source, "m", 1)) {
            client.read(0, ByteBuffer.wrap(data));
        }
        return data[0];
    }

    private String refence(String... options) {
        StringWriter said = new StringWriter();
        PrintWriter to = new PrintWriter(said, true);
        String[] all = Stream.concat(
                        Stream.of("refence", "m", "--bootstrap-server", stage.bootstrapServers()), Stream.of(options))
                .toArray(String[]::new);
        assertThat(Main.run(to, to, all)).as("%s", said).isZero();
        return said.toString();
    }
}
