package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The life of a server: listening, its limit of connections, stepping down, stopping. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a blocked socket cannot be interrupted
class NbdServerTest {
    private static final int MAX_CONNECTIONS = 3;

    private final MemoryDevice disk = new MemoryDevice("shop/disk", 1 << 20);
    private final MemoryDevice other = new MemoryDevice("shop/other", 1 << 20);
    private final NbdServer server = server(0);

    private NbdServer server(int port) {
        return new NbdServer(
                new NbdSettings("127.0.0.1", port, MAX_CONNECTIONS, 8, NbdSettings.MIN_BYTES_IN_FLIGHT),
                MemoryExports.of(disk, other));
    }

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anAddressInUseIsAClearError() {
        int port = server.address().getPort();
        try (NbdServer second = server(port)) {
            assertThatThrownBy(second::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + port)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void aServerIsStartedOnceAndHasAnAddressWhileItListens() {
        assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
        server.close();
        server.close();

        assertThatThrownBy(server::address).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aHostThatIsNotThereIsAClearError() {
        NbdSettings settings = new NbdSettings("no-such-host.invalid", 0, 1, 1, NbdSettings.MIN_BYTES_IN_FLIGHT);
        try (NbdServer nowhere = new NbdServer(settings, MemoryExports.of())) {
            assertThatThrownBy(nowhere::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no-such-host.invalid");
        }
    }

    @Test
    void aConnectionOverTheLimitIsClosedAndAFreedPlaceIsTaken() throws IOException {
        RawClient leaving = RawClient.inTransmission(server, "shop/disk", false);
        try (RawClient second = new RawClient(server);
                RawClient third = RawClient.inTransmission(server, "shop/disk", false)) {
            try (RawClient fourth = new RawClient(server)) {
                assertThat(fourth.isClosedByServer()).isTrue();
            }
            leaving.close();
            await().until(() -> server.metrics().snapshot().connectionsOpen() == 2);
            second.greet(Protocol.FIXED_NEWSTYLE);
            RawClient.inTransmission(server, "shop/disk", false).close();

            assertThat(server.metrics().snapshot().connectionsRefused()).isEqualTo(1);
            third.request(NbdCommand.FLUSH, 1, 0, 0);
            assertThat(third.simpleReply(1)).isZero();
        }
    }

    @Test
    void steppingDownClosesTheConnectionsOfThatExportOnly() throws IOException {
        disk.hold();
        try (RawClient ofDisk = RawClient.inTransmission(server, "shop/disk", false);
                RawClient ofOther = RawClient.inTransmission(server, "shop/other", false)) {
            ofDisk.write(1, 0, new byte[512]);
            await().until(() -> disk.calls().size() == 1);
            server.closeConnections("shop/disk", "another server owns shop");

            assertThat(ofDisk.isClosedByServer()).isTrue();
            ofOther.request(NbdCommand.FLUSH, 2, 0, 0);
            assertThat(ofOther.simpleReply(2)).isZero();
            disk.letAllGo();
            await().until(() -> server.metrics().snapshot().bytesInFlight() == 0);
        }
    }

    @Test
    void closeAnswersWhatIsInFlightAndTakesNothingNew() throws IOException {
        int port = server.address().getPort();
        disk.hold();
        try (RawClient busy = RawClient.inTransmission(server, "shop/disk", false);
                RawClient idle = RawClient.inTransmission(server, "shop/disk", false);
                RawClient haggling = new RawClient(server)) {
            haggling.greet(Protocol.FIXED_NEWSTYLE);
            busy.write(1, 0, new byte[512]);
            busy.request(NbdCommand.WRITE, 2, 0, 512); // its data never comes
            await().until(() -> server.metrics().snapshot().requestsInFlight() == 2);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);

            assertThat(haggling.isClosedByServer()).isTrue();
            assertThat(idle.isClosedByServer()).isTrue();
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
                    .isInstanceOf(ConnectException.class);
            disk.letAllGo();
            assertThat(busy.simpleReply(1)).isZero();
            assertThat(busy.isClosedByServer()).isTrue();
            closed.join();
            assertThat(server.metrics().snapshot().bytesInFlight()).isZero();
        }
    }

    @Test
    void aDeviceThatAnswersAfterTheServerStoppedHarmsNothing() throws IOException {
        NbdServer stopped = server(0);
        stopped.start();
        disk.hold();
        RawClient client = RawClient.inTransmission(stopped, "shop/disk", false);
        client.write(1, 0, new byte[512]);
        await().until(() -> disk.calls().size() == 1);
        client.close();
        await().until(() -> stopped.metrics().snapshot().connectionsOpen() == 0);
        stopped.close();

        assertThatCode(disk::letAllGo).doesNotThrowAnyException();
    }
}
