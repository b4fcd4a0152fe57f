package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.testing.Tool;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Unix-domain socket beside the TCP address: that it serves, and what happens to its file. */
@Timeout(60)
class ListenersTest {
    @TempDir
    Path directory;

    private final MemoryDevice disk = new MemoryDevice("shop/disk", 1 << 20);

    private NbdServer server(Path socket) {
        return new NbdServer(
                new NbdSettings("127.0.0.1", 0, Optional.of(socket), 8, 8, NbdSettings.MIN_BYTES_IN_FLIGHT),
                MemoryExports.of(disk));
    }

    @Test
    void aClientOfThisMachineReadsWhatOneOverTcpWrote() throws Exception {
        Path socket = directory.resolve("nbd.sock");
        try (NbdServer server = server(socket)) {
            server.start();
            String tcp = "nbd://127.0.0.1:" + server.address().getPort() + "/shop/disk";

            Tool.succeed("qemu-io", "-f", "raw", "-c", "write -P 0x5a 0 64k", "-c", "flush", tcp);
            Tool.succeed("qemu-io", "-f", "raw", "-c", "read -P 0x5a 0 64k", "nbd+unix:///shop/disk?socket=" + socket);
        }
    }

    @Test
    void theFileGoesWithTheServer() throws IOException {
        Path socket = directory.resolve("nbd.sock");
        try (NbdServer server = server(socket)) {
            server.start();
            assertThat(socket).exists();
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void usersOutsideTheFilesGroupGetNothingOfIt() throws IOException {
        Path socket = directory.resolve("nbd.sock");
        try (NbdServer server = server(socket)) {
            server.start();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .startsWith("rw")
                    .endsWith("---");
        }
    }

    @Test
    void whatAKilledServerHasLeftBehindIsReplaced() throws IOException {
        Path socket = directory.resolve("nbd.sock");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(socket));
        }
        try (NbdServer server = server(socket)) {
            server.start();
            assertThat(server.address().getPort()).isPositive();
        }
    }

    @Test
    void aSocketThatAnotherServesIsLeftAlone() throws IOException {
        Path socket = directory.resolve("nbd.sock");
        try (NbdServer first = server(socket);
                NbdServer second = server(socket)) {
            first.start();

            assertThatThrownBy(second::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(socket.toString())
                    .hasMessageContaining("another process");
            assertThat(socket).exists();
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("data"), "precious");
        try (NbdServer server = server(file)) {
            assertThatThrownBy(server::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("no socket");
        }
        assertThat(file).hasContent("precious");
    }
}
