package io.ringmirror.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server of a few lines, whose answers the test gives by hand. */
class NbdPipelineTest {
    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final int HEADER_BYTES = 28;
    private static final int COOKIE_AT = 8;
    private static final int REPLY_MAGIC = 0x67446698;

    private ServerSocket listening;
    private InetSocketAddress address;

    @BeforeEach
    void listen() throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        address = new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        listening.close();
    }

    @Test
    void everyRequestHasItsOwnAnswerInWhateverOrderTheyCome() throws Exception {
        CompletableFuture<Server> accepted = Server.accept(listening);
        try (NbdPipeline pipeline = NbdPipeline.connect(address, "m/disk", BOUND);
                Server server = get(accepted)) {
            assertThat(pipeline.sizeBytes()).isEqualTo(Server.SIZE_BYTES);
            CompletableFuture<Void> first = pipeline.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3}), true);
            ByteBuffer read = ByteBuffer.allocate(2);
            CompletableFuture<Void> second = pipeline.read(7, read);
            long firstCookie = server.request(3);
            long secondCookie = server.request(0);

            server.reply(secondCookie, 0, new byte[] {8, 9});
            get(second);
            assertThat(read.array()).containsExactly(8, 9);
            assertThat(first).isNotDone();
            server.reply(firstCookie, 5, new byte[0]);

            assertThatThrownBy(() -> get(first)).hasRootCauseMessage("the NBD server answered with error 5");
        }
    }

    @Test
    void whatIsInFlightWhenTheConnectionEndsFails() throws Exception {
        CompletableFuture<Server> accepted = Server.accept(listening);
        try (NbdPipeline pipeline = NbdPipeline.connect(address, "m/disk", BOUND)) {
            Server server = get(accepted);
            CompletableFuture<Void> flush = pipeline.flush();
            server.request(0);
            server.close();

            assertThatThrownBy(() -> get(flush))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("closed the connection");
            assertThatThrownBy(() -> get(pipeline.flush())).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForLongerThanTheBound() {
        assertThatThrownBy(() -> NbdPipeline.connect(address, "m/disk", Duration.ofMillis(50)))
                .isInstanceOf(IOException.class);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    /** One connection, negotiated. */
    private record Server(Socket socket, DataInputStream in, DataOutputStream out) implements AutoCloseable {
        static final long SIZE_BYTES = 1 << 20;
        private static final int OPTION_BYTES = 4 + 8 + 4 + 4 + "m/disk".length();

        static CompletableFuture<Server> accept(ServerSocket listening) {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    Socket socket = listening.accept();
                    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                    out.writeLong(0x4e42444d41474943L);
                    out.writeLong(0x49484156454F5054L);
                    out.writeShort(3);
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    in.readNBytes(OPTION_BYTES);
                    out.writeLong(SIZE_BYTES);
                    out.writeShort(0);
                    return new Server(socket, in, out);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        /** Takes a request with so many bytes of data; returns its cookie. */
        long request(int dataBytes) throws IOException {
            byte[] header = in.readNBytes(HEADER_BYTES);
            in.readNBytes(dataBytes);
            return ByteBuffer.wrap(header).getLong(COOKIE_AT);
        }

        void reply(long cookie, int error, byte[] data) throws IOException {
            out.writeInt(REPLY_MAGIC);
            out.writeInt(error);
            out.writeLong(cookie);
            out.write(data);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
