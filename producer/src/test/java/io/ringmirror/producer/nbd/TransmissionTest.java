package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringmirror.producer.DeviceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The transmission phase byte by byte, over a real socket. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a blocked socket cannot be interrupted
class TransmissionTest {
    private static final int SIZE_BYTES = 1 << 20;

    private final MemoryDevice disk = new MemoryDevice("shop/disk", SIZE_BYTES);
    private final NbdServer server = new NbdServer(
            new NbdSettings("127.0.0.1", 0, 8, 8, NbdSettings.MIN_BYTES_IN_FLIGHT), MemoryExports.of(disk));

    private RawClient plain;
    private RawClient structured;

    @BeforeEach
    void start() throws IOException {
        server.start();
        plain = RawClient.inTransmission(server, "shop/disk", false);
        structured = RawClient.inTransmission(server, "shop/disk", true);
    }

    @AfterEach
    void stop() throws IOException {
        plain.close();
        structured.close();
        server.close();
    }

    private static byte[] pattern(int lengthBytes) {
        byte[] data = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            data[i] = (byte) (i * 31 + 7);
        }
        return data;
    }

    @Test
    void aWriteIsReadBackByASimpleReply() throws IOException {
        byte[] data = pattern(10_000);
        plain.write(1, 4095, data);
        assertThat(plain.simpleReply(1)).isZero();
        plain.request(NbdCommand.READ, 2, 4095, data.length);

        assertThat(plain.simpleReply(2)).isZero();
        assertThat(plain.read(data.length)).isEqualTo(data);
        assertThat(disk.content()).contains(data);
    }

    @Test
    void aStructuredReadIsOneChunkOfOffsetAndData() throws IOException {
        byte[] data = pattern(777);
        disk.fill(data);
        structured.request(Protocol.FLAG_DF, NbdCommand.READ, 3, 7, 500);
        RawClient.Chunk chunk = structured.chunk();

        assertThat(chunk.flags()).isEqualTo(Protocol.CHUNK_DONE);
        assertThat(chunk.type()).isEqualTo(Protocol.CHUNK_OFFSET_DATA);
        assertThat(chunk.cookie()).isEqualTo(3);
        ByteBuffer payload = ByteBuffer.wrap(chunk.payload());
        assertThat(payload.getLong()).isEqualTo(7);
        assertThat(Arrays.copyOfRange(chunk.payload(), 8, 508)).isEqualTo(Arrays.copyOfRange(data, 7, 507));
    }

    @Test
    void everyChangeCarriesItsFlagsToTheDevice() throws IOException {
        plain.request(Protocol.FLAG_FUA, NbdCommand.WRITE, 1, 0, 3);
        plain.send(new byte[3]);
        plain.request(Protocol.FLAG_FUA | Protocol.FLAG_NO_HOLE, NbdCommand.WRITE_ZEROES, 2, 5, 6);
        plain.request(NbdCommand.WRITE_ZEROES, 3, 4096, 8192);
        plain.request(Protocol.FLAG_FUA, NbdCommand.TRIM, 4, 4096, 4096);
        plain.request(NbdCommand.FLUSH, 5, 0, 0);
        plain.request(Protocol.FLAG_FUA, NbdCommand.CACHE, 6, 0, SIZE_BYTES);
        for (int cookie = 1; cookie <= 6; cookie++) {
            assertThat(plain.simpleReply(cookie)).isZero();
        }

        assertThat(disk.calls())
                .containsExactly(
                        "write 0+3 fua", "zeroes 5+6 keep fua", "zeroes 4096+8192", "discard 4096+4096 fua", "flush");
    }

    @Test
    void blockStatusJoinsExtentsOfOneKind() throws IOException {
        disk.fill(pattern(8192));
        structured.request(NbdCommand.BLOCK_STATUS, 7, 4096, 65_536);
        RawClient.Chunk all = structured.chunk();
        structured.request(Protocol.FLAG_REQ_ONE, NbdCommand.BLOCK_STATUS, 8, 4096, 65_536);
        RawClient.Chunk one = structured.chunk();

        assertThat(all.type()).isEqualTo(Protocol.CHUNK_BLOCK_STATUS);
        assertThat(all.payload())
                .isEqualTo(ByteBuffer.allocate(20)
                        .putInt(Protocol.ALLOCATION_CONTEXT_ID)
                        .putInt(4096)
                        .putInt(0)
                        .putInt(61_440)
                        .putInt(Protocol.STATE_HOLE | Protocol.STATE_ZERO)
                        .array());
        assertThat(one.payload()).hasSize(12);
    }

    @Test
    void ofALongRangeOnlyTheBeginningIsLookedAtAndTheClientAsksAgain() throws IOException {
        MemoryDevice large = new MemoryDevice("shop/large", 80 << 20);
        try (NbdServer servesLarge = new NbdServer(
                new NbdSettings("127.0.0.1", 0, 8, 8, NbdSettings.MIN_BYTES_IN_FLIGHT), MemoryExports.of(large))) {
            servesLarge.start();
            try (RawClient client = RawClient.inTransmission(servesLarge, "shop/large", true)) {
                client.request(NbdCommand.BLOCK_STATUS, 1, 4096, (80 << 20) - 4096);
                assertThat(ByteBuffer.wrap(client.chunk().payload()).getInt(4))
                        .isEqualTo((int) PendingRequest.MAX_STATUS_BYTES);
                client.request(NbdCommand.BLOCK_STATUS, 2, (64 << 20) + 4096, (16 << 20) - 4096);
                assertThat(ByteBuffer.wrap(client.chunk().payload()).getInt(4)).isEqualTo((16 << 20) - 4096);
            }
        }
        assertThat(large.calls()).first().isEqualTo("extents 4096+" + PendingRequest.MAX_STATUS_BYTES);
    }

    @Test
    void requestsCompleteInWhateverOrderTheDeviceAnswers() throws IOException {
        disk.hold();
        for (int cookie = 0; cookie < 4; cookie++) {
            plain.write(cookie, cookie * 512L, pattern(512));
        }
        await().until(() -> disk.calls().size() == 4);

        disk.letGo(2);
        assertThat(plain.simpleReply(2)).isZero();
        disk.letGo(2);
        assertThat(plain.simpleReply(3)).isZero();
        disk.letAllGo();
        assertThat(plain.simpleReply(0)).isZero();
        assertThat(plain.simpleReply(1)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "READ, 1048576, 1, EINVAL",
        "READ, 1048575, 2, EINVAL",
        "READ, -1, 1, EINVAL",
        "READ, 9223372036854775807, 4294967295, EINVAL",
        "READ, 0, 0, EINVAL",
        "READ, 0, 33554433, EINVAL",
        "WRITE_ZEROES, 1, 1048576, ENOSPC",
        "WRITE_ZEROES, -4096, 8192, ENOSPC",
        "TRIM, 1048576, 4096, EINVAL",
        "CACHE, 1, 4294967295, EINVAL",
        "FLUSH, 0, 1, EINVAL",
        "BLOCK_STATUS, 0, 4096, EINVAL"
    })
    void aWrongRequestIsAnsweredAndTheNextOneServed(
            NbdCommand command, long offsetBytes, long lengthBytes, NbdError error) throws IOException {
        plain.request(command, 9, offsetBytes, lengthBytes);
        assertThat(plain.simpleReply(9)).isEqualTo(error.code());
        plain.request(NbdCommand.FLUSH, 10, 0, 0);

        assertThat(plain.simpleReply(10)).isZero();
        assertThat(disk.calls()).containsExactly("flush");
        assertThat(server.metrics().snapshot().requestsFailed()).isEqualTo(1);
    }

    @Test
    void aWriteThatIsRefusedHasItsPayloadSkipped() throws IOException {
        plain.write(1, SIZE_BYTES - 1, pattern(100_000));
        assertThat(plain.simpleReply(1)).isEqualTo(NbdError.ENOSPC.code());
        plain.write(2, 0, new byte[Protocol.MAX_PAYLOAD_BYTES + 1]);
        assertThat(plain.simpleReply(2)).isEqualTo(NbdError.EINVAL.code());
        plain.write(3, 0, pattern(512));

        assertThat(plain.simpleReply(3)).isZero();
        assertThat(disk.calls()).containsExactly("write 0+512");
    }

    @Test
    void aDeviceThatTakesLessThanTheProtocolSetsTheLimit() throws IOException {
        disk.takeAtMost(4096);
        plain.write(1, 0, pattern(4097));
        assertThat(plain.simpleReply(1)).isEqualTo(NbdError.EINVAL.code());
        plain.write(2, 0, pattern(4096));
        assertThat(plain.simpleReply(2)).isZero();
        plain.request(NbdCommand.WRITE_ZEROES, 3, 0, 8192);
        assertThat(plain.simpleReply(3)).isZero();

        assertThat(disk.calls()).containsExactly("write 0+4096", "zeroes 0+8192");
    }

    @Test
    void unknownCommandsAndFlagsAreInvalid() throws IOException {
        plain.send(RawClient.header(0, 4711, 1, 0, 4096));
        assertThat(plain.simpleReply(1)).isEqualTo(NbdError.EINVAL.code());
        int fastZero = 1 << 4;
        plain.request(fastZero, NbdCommand.WRITE_ZEROES, 2, 0, 4096);
        assertThat(plain.simpleReply(2)).isEqualTo(NbdError.EINVAL.code());
        plain.request(Protocol.FLAG_DF, NbdCommand.READ, 3, 0, 4096);
        assertThat(plain.simpleReply(3)).isEqualTo(NbdError.EINVAL.code());

        assertThat(disk.calls()).isEmpty();
    }

    @Test
    void aStructuredErrorSaysWhy() throws IOException {
        structured.request(NbdCommand.READ, 11, SIZE_BYTES, 1);
        RawClient.Chunk chunk = structured.chunk();

        assertThat(chunk.type()).isEqualTo(Protocol.CHUNK_ERROR);
        assertThat(chunk.flags()).isEqualTo(Protocol.CHUNK_DONE);
        ByteBuffer payload = ByteBuffer.wrap(chunk.payload());
        assertThat(payload.getInt()).isEqualTo(NbdError.EINVAL.code());
        assertThat((int) payload.getShort()).isEqualTo(payload.remaining());
        assertThat(StandardCharsets.UTF_8.decode(payload).toString())
                .isEqualTo("READ: 1 bytes at 1048576 end behind 1048576, the size of shop/disk");
    }

    @ParameterizedTest
    @CsvSource({"IO, EIO", "INVALID, EINVAL", "READ_ONLY, EPERM", "NO_SPACE, ENOSPC"})
    void aFailureOfTheDeviceIsTheErrorOfItsKind(DeviceException.Kind kind, NbdError error) throws IOException {
        disk.failWith(new DeviceException(kind, "as the test wants"));
        plain.write(1, 0, pattern(512));
        assertThat(plain.simpleReply(1)).isEqualTo(error.code());
        structured.request(NbdCommand.READ, 2, 0, 512);
        assertThat(structured.chunk().type()).isEqualTo(Protocol.CHUNK_ERROR);
        disk.failWith(null);
        plain.request(NbdCommand.FLUSH, 3, 0, 0);

        assertThat(plain.simpleReply(3)).isZero();
    }

    @Test
    void aDeviceThatStepsDownEndsTheConnectionAfterTheReply() throws IOException {
        disk.failWith(new DeviceException(DeviceException.Kind.SHUTDOWN, "another server owns the mirror"));
        plain.write(1, 0, pattern(512));

        assertThat(plain.simpleReply(1)).isEqualTo(NbdError.ESHUTDOWN.code());
        assertThat(plain.isClosedByServer()).isTrue();
    }

    @Test
    void aBadMagicClosesTheConnection() throws IOException {
        plain.send(new byte[NbdRequest.HEADER_BYTES]);

        assertThat(plain.isClosedByServer()).isTrue();
    }

    @Test
    void disconnectLetsRequestsInFlightFinishFirstF27() throws IOException {
        disk.hold();
        plain.write(1, 0, pattern(512));
        plain.request(NbdCommand.DISC, 2, 0, 0);
        await().until(() -> disk.calls().size() == 1);
        disk.letAllGo();

        assertThat(plain.simpleReply(1)).isZero();
        assertThat(plain.isClosedByServer()).isTrue();
    }

    @Test
    void aLostClientsRequestsFinishAndGiveEverythingBackF27() throws IOException {
        disk.hold();
        plain.write(1, 0, pattern(512));
        plain.request(NbdCommand.READ, 2, 0, 100_000);
        plain.request(NbdCommand.WRITE, 3, 0, 100_000);
        plain.send(new byte[50_000]);
        await().until(() -> server.metrics().snapshot().requestsInFlight() == 3);
        plain.close();
        await().until(() -> server.metrics().snapshot().connectionsOpen() == 1);
        disk.letAllGo();
        await().until(() -> server.metrics().snapshot().requestsInFlight() == 0);

        assertThat(server.metrics().snapshot().bytesInFlight()).isZero();
        assertThat(disk.content()).startsWith(pattern(512));
    }

    @Test
    void theCountersTellWhatWasDone() throws IOException {
        plain.write(1, 0, pattern(512));
        plain.simpleReply(1);
        plain.request(NbdCommand.READ, 2, 0, 1024);
        plain.simpleReply(2);
        NbdMetrics.Snapshot snapshot = server.metrics().snapshot();

        assertThat(snapshot.bytesWritten()).isEqualTo(512);
        assertThat(snapshot.bytesRead()).isEqualTo(1024);
        assertThat(snapshot.connectionsOpen()).isEqualTo(2);
        assertThat(snapshot.requestsByCommand()).containsEntry("write", 1L).containsEntry("read", 1L);
    }
}
