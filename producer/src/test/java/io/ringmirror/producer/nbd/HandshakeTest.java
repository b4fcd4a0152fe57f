package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshake byte by byte, over a real socket. */
class HandshakeTest {
    private static final int CLIENT_FLAGS = Protocol.FIXED_NEWSTYLE | Protocol.NO_ZEROES;
    private static final int PLAIN_FLAGS = Protocol.HAS_FLAGS
            | Protocol.SEND_FLUSH
            | Protocol.SEND_FUA
            | Protocol.SEND_TRIM
            | Protocol.SEND_WRITE_ZEROES
            | Protocol.CAN_MULTI_CONN
            | Protocol.SEND_CACHE;

    private final MemoryDevice disk = new MemoryDevice("shop/disk", 1 << 20);
    private final MemoryDevice archive = new MemoryDevice("shop/archive", 8192, true, Runnable::run);
    private final NbdServer server = server(disk, archive);
    private final NbdServer serverOfOne = server(disk);

    private static NbdServer server(MemoryDevice... devices) {
        return new NbdServer(
                new NbdSettings("127.0.0.1", 0, 8, 8, NbdSettings.MIN_BYTES_IN_FLIGHT), MemoryExports.of(devices));
    }

    @BeforeEach
    void start() throws IOException {
        server.start();
        serverOfOne.start();
    }

    @AfterEach
    void stop() {
        server.close();
        serverOfOne.close();
    }

    private RawClient greeted() throws IOException {
        RawClient client = new RawClient(server);
        client.greet(CLIENT_FLAGS);
        return client;
    }

    @Test
    void exportNameAnswersSizeAndFlagsAndGoesToTransmission() throws IOException {
        try (RawClient client = greeted()) {
            client.option(Protocol.OPT_EXPORT_NAME, "shop/disk".getBytes(StandardCharsets.UTF_8));
            ByteBuffer answer = ByteBuffer.wrap(client.read(10));
            client.request(NbdCommand.FLUSH, 1, 0, 0);

            assertThat(answer.getLong()).isEqualTo(1 << 20);
            assertThat(answer.getShort()).isEqualTo((short) PLAIN_FLAGS);
            assertThat(client.simpleReply(1)).isZero();
        }
    }

    @Test
    void exportNamePadsItsAnswerForAClientThatDoesNotSayNoZeroes() throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.greet(Protocol.FIXED_NEWSTYLE);
            client.option(Protocol.OPT_EXPORT_NAME, "shop/disk".getBytes(StandardCharsets.UTF_8));

            assertThat(client.read(10 + Protocol.EXPORT_NAME_ZEROES_BYTES)).endsWith(new byte[124]);
            client.request(NbdCommand.FLUSH, 2, 0, 0);
            assertThat(client.simpleReply(2)).isZero();
        }
    }

    @Test
    void exportNameOfAnUnknownExportClosesTheConnection() throws IOException {
        try (RawClient client = greeted()) {
            client.option(Protocol.OPT_EXPORT_NAME, "shop/nothing".getBytes(StandardCharsets.UTF_8));

            assertThat(client.isClosedByServer()).isTrue();
            assertThat(server.metrics().snapshot().handshakesFailed()).isEqualTo(1);
        }
    }

    @Test
    void exportNameLongerThanAnyNameClosesTheConnectionWithoutAReply() throws IOException {
        try (RawClient client = greeted()) {
            client.option(Protocol.OPT_EXPORT_NAME, new byte[Protocol.MAX_STRING_BYTES + 1]);

            assertThat(client.isClosedByServer()).isTrue();
            assertThat(server.metrics().snapshot().handshakesFailed()).isEqualTo(1);
        }
    }

    @Test
    void requestsSentRightBehindTheLastOptionAreServed() throws IOException {
        byte[] data = "right behind".getBytes(StandardCharsets.UTF_8);
        byte[] name = "shop/disk".getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(4 + 16 + name.length + 28 + data.length)
                .putInt(CLIENT_FLAGS)
                .putLong(Protocol.OPTION_MAGIC)
                .putInt(Protocol.OPT_EXPORT_NAME)
                .putInt(name.length)
                .put(name)
                .put(RawClient.header(0, NbdCommand.WRITE.code(), 3, 100, data.length))
                .put(data);
        try (RawClient client = new RawClient(server)) {
            client.send(all.array());
            client.read(18 + 10);

            assertThat(client.simpleReply(3)).isZero();
            assertThat(disk.content()).contains(data);
        }
    }

    @Test
    void listNamesEveryExport() throws IOException {
        try (RawClient client = greeted()) {
            client.option(Protocol.OPT_LIST, new byte[0]);
            List<RawClient.OptionReply> replies = client.optionRepliesToAck();

            assertThat(replies).extracting(RawClient.OptionReply::type).containsOnly(Protocol.REP_SERVER);
            assertThat(replies.get(0).text()).startsWith("\0\0\0\tshop/disk").endsWith("RingMirror volume shop/disk");
            assertThat(replies.get(1).text()).startsWith("\0\0\0\fshop/archive");
        }
    }

    @Test
    void infoTellsWhatWasAskedAndTheHandshakeGoesOn() throws IOException {
        try (RawClient client = greeted()) {
            client.option(
                    Protocol.OPT_INFO,
                    RawClient.infoData("shop/archive", Protocol.INFO_NAME, Protocol.INFO_DESCRIPTION, 77));
            List<RawClient.OptionReply> replies = client.optionRepliesToAck();
            client.option(Protocol.OPT_INFO, RawClient.infoData("shop/archive"));
            List<RawClient.OptionReply> unasked = client.optionRepliesToAck();

            assertThat(replies).extracting(RawClient.OptionReply::type).containsOnly(Protocol.REP_INFO);
            int flags = Protocol.HAS_FLAGS
                    | Protocol.READ_ONLY
                    | Protocol.SEND_FLUSH
                    | Protocol.SEND_FUA
                    | Protocol.CAN_MULTI_CONN
                    | Protocol.SEND_CACHE;
            assertThat(replies.get(0).data())
                    .isEqualTo(ByteBuffer.allocate(12)
                            .putShort((short) Protocol.INFO_EXPORT)
                            .putLong(8192)
                            .putShort((short) flags)
                            .array());
            assertThat(replies.get(1).text()).isEqualTo("\0\1shop/archive");
            assertThat(replies.get(2).text()).isEqualTo("\0\2RingMirror volume shop/archive");
            assertThat(replies.get(3).data())
                    .isEqualTo(ByteBuffer.allocate(14)
                            .putShort((short) Protocol.INFO_BLOCK_SIZE)
                            .putInt(1)
                            .putInt(4096)
                            .putInt(32 << 20)
                            .array());
            assertThat(unasked).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop/nothing", ""})
    void anUnknownExportIsAnErrorAfterWhichTheClientMayChooseAnother(String name) throws IOException {
        try (RawClient client = greeted()) {
            client.option(Protocol.OPT_GO, RawClient.infoData(name));
            RawClient.OptionReply refused = client.optionReply();
            client.option(Protocol.OPT_GO, RawClient.infoData("shop/disk"));

            assertThat(refused.type()).isEqualTo(Protocol.REP_ERR_UNKNOWN);
            assertThat(refused.text()).isNotEmpty();
            assertThat(client.optionRepliesToAck()).isNotEmpty();
        }
    }

    @Test
    void theEmptyNameIsTheOnlyExport() throws IOException {
        try (RawClient client = RawClient.inTransmission(serverOfOne, "", false)) {
            client.request(NbdCommand.FLUSH, 4, 0, 0);

            assertThat(client.simpleReply(4)).isZero();
        }
    }

    @Test
    void abortIsAcknowledgedAndTheConnectionClosed() throws IOException {
        try (RawClient client = greeted()) {
            client.option(Protocol.OPT_ABORT, new byte[0]);

            assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ACK);
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(server.metrics().snapshot().handshakesFailed()).isZero();
        }
    }

    @Test
    void unknownOptionsAndTlsAreRefusedAndTheHandshakeGoesOn() throws IOException {
        try (RawClient client = greeted()) {
            client.option(4711, new byte[100]);
            RawClient.OptionReply unknown = client.optionReply();
            client.option(Protocol.OPT_STARTTLS, new byte[0]);
            RawClient.OptionReply tls = client.optionReply();
            client.option(Protocol.OPT_GO, RawClient.infoData("shop/disk"));

            assertThat(unknown.option()).isEqualTo(4711);
            assertThat(unknown.type()).isEqualTo(Protocol.REP_ERR_UNSUP);
            assertThat(tls.type()).isEqualTo(Protocol.REP_ERR_POLICY);
            assertThat(client.optionRepliesToAck()).isNotEmpty();
        }
    }

    @Test
    void malformedOptionsAreInvalidAndTheHandshakeGoesOn() throws IOException {
        byte[] nameLongerThanData = {0, 0, 0, 50, 'x', 0, 0};
        byte[] countLongerThanData = {0, 0, 0, 0, 0, 9};
        byte[] negativeLength = {-1, -1, -1, -1, 0, 0};
        try (RawClient client = greeted()) {
            client.option(Protocol.OPT_LIST, new byte[1]);
            client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[1]);
            client.option(Protocol.OPT_GO, new byte[0]);
            client.option(Protocol.OPT_GO, nameLongerThanData);
            client.option(Protocol.OPT_INFO, countLongerThanData);
            client.option(Protocol.OPT_SET_META_CONTEXT, negativeLength);
            for (int i = 0; i < 6; i++) {
                RawClient.OptionReply reply = client.optionReply();
                assertThat(reply.type()).as(reply.text()).isEqualTo(Protocol.REP_ERR_INVALID);
            }
            client.option(Protocol.OPT_GO, RawClient.infoData("shop/disk"));
            assertThat(client.optionRepliesToAck()).isNotEmpty();
        }
    }

    @Test
    void metaContextsNeedStructuredRepliesFirst() throws IOException {
        byte[] query = RawClient.metaContextData("shop/disk", Protocol.ALLOCATION_CONTEXT);
        try (RawClient client = greeted()) {
            client.option(Protocol.OPT_SET_META_CONTEXT, query);
            assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_INVALID);

            client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[0]);
            assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ACK);
            client.option(Protocol.OPT_SET_META_CONTEXT, query);
            assertThat(client.optionRepliesToAck())
                    .singleElement()
                    .satisfies(reply -> assertThat(reply.text()).isEqualTo("\0\0\0\1base:allocation"));
        }
    }

    @Test
    void listedMetaContextsMatchTheirQueries() throws IOException {
        try (RawClient client = greeted()) {
            client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[0]);
            client.optionRepliesToAck();

            assertThat(listedContexts(client)).hasSize(1);
            assertThat(listedContexts(client, "base:")).hasSize(1);
            assertThat(listedContexts(client, "x-other:", "base:allocation")).hasSize(1);
            assertThat(listedContexts(client, "base:other")).isEmpty();
            client.option(Protocol.OPT_LIST_META_CONTEXT, RawClient.metaContextData("shop/nothing"));
            assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_UNKNOWN);
        }
    }

    private static List<RawClient.OptionReply> listedContexts(RawClient client, String... queries) throws IOException {
        client.option(Protocol.OPT_LIST_META_CONTEXT, RawClient.metaContextData("shop/disk", queries));
        return client.optionRepliesToAck();
    }

    @Test
    void aMetaContextSelectedForAnotherExportDoesNotCount() throws IOException {
        try (RawClient client = greeted()) {
            client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[0]);
            client.optionRepliesToAck();
            client.option(Protocol.OPT_SET_META_CONTEXT, RawClient.metaContextData("shop/archive", "base:allocation"));
            client.optionRepliesToAck();
            client.option(Protocol.OPT_GO, RawClient.infoData("shop/disk"));
            client.optionRepliesToAck();
            client.request(NbdCommand.BLOCK_STATUS, 5, 0, 4096);

            assertThat(client.chunk().type()).isEqualTo(Protocol.CHUNK_ERROR);
        }
    }

    @Test
    void garbageInsteadOfClientFlagsClosesTheConnection() throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.read(18);
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(client.isClosedByServer()).isTrue();
            assertThat(server.metrics().snapshot().handshakesFailed()).isEqualTo(1);
        }
    }

    @Test
    void garbageInsteadOfAnOptionClosesTheConnection() throws IOException {
        try (RawClient client = greeted()) {
            client.send(new byte[64]);

            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void anOptionTooLongClosesTheConnectionBeforeItsDataComes() throws IOException {
        try (RawClient client = greeted()) {
            client.send(ByteBuffer.allocate(16)
                    .putLong(Protocol.OPTION_MAGIC)
                    .putInt(Protocol.OPT_GO)
                    .putInt(HandshakeDecoder.MAX_OPTION_BYTES + 1)
                    .array());

            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aClientThatOnlyHagglesIsClosedInTheEnd() throws IOException {
        ByteBuffer options = ByteBuffer.allocate(16 * (HandshakeDecoder.MAX_OPTIONS + 1));
        while (options.hasRemaining()) {
            options.putLong(Protocol.OPTION_MAGIC).putInt(4711).putInt(0);
        }
        try (RawClient client = greeted()) {
            client.send(options.array());
            for (int i = 0; i < HandshakeDecoder.MAX_OPTIONS; i++) {
                client.optionReply();
            }

            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aClientThatIsTooSlowIsClosedAndOneThatAgreedIsNot() {
        NbdMetrics metrics = new NbdMetrics();
        EmbeddedChannel slow = channel(metrics);
        EmbeddedChannel quick = channel(metrics);
        slow.writeInbound(Unpooled.copyInt(CLIENT_FLAGS));
        quick.writeInbound(
                Unpooled.copyInt(CLIENT_FLAGS),
                Unpooled.buffer()
                        .writeLong(Protocol.OPTION_MAGIC)
                        .writeInt(Protocol.OPT_EXPORT_NAME)
                        .writeInt(9)
                        .writeBytes("shop/disk".getBytes(StandardCharsets.UTF_8)));

        slow.advanceTimeBy(HandshakeHandler.TIMEOUT_MS - 1, TimeUnit.MILLISECONDS);
        slow.runScheduledPendingTasks();
        assertThat(slow.isOpen()).isTrue();
        slow.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        slow.runScheduledPendingTasks();
        quick.advanceTimeBy(HandshakeHandler.TIMEOUT_MS, TimeUnit.MILLISECONDS);
        quick.runScheduledPendingTasks();

        assertThat(slow.isOpen()).isFalse();
        assertThat(quick.isOpen()).isTrue();
        assertThat(metrics.snapshot().handshakesFailed()).isEqualTo(1);
        quick.finishAndReleaseAll();
        slow.finishAndReleaseAll();
    }

    private EmbeddedChannel channel(NbdMetrics metrics) {
        ChannelInitializer<EmbeddedChannel> freeze = new ChannelInitializer<>() { // before the timeout is set
                    @Override
                    protected void initChannel(EmbeddedChannel channel) {
                        channel.freezeTime();
                    }
                };
        return new EmbeddedChannel(
                freeze, new HandshakeDecoder(), new HandshakeHandler(MemoryExports.of(disk), metrics, agreement -> {}));
    }
}
