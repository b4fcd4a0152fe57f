package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that holds memory others wait for, in time that only the test moves. */
class StallWatchTest {
    private static final long STALL_MS = StallWatch.PERIOD_MS * (StallWatch.MAX_PERIODS + 1L);

    private final MemoryDevice disk = new MemoryDevice("shop/disk", 48 << 20);
    private final NbdContext context = new NbdContext(
            new NbdSettings("127.0.0.1", 0, 8, 8, NbdSettings.MIN_BYTES_IN_FLIGHT), MemoryExports.of(disk));
    private final DeafChannel client = new DeafChannel();

    @BeforeEach
    void connect() {
        client.freezeTime();
        new NbdConnection(client, new Agreement(disk, false, false), context).install();
    }

    @AfterEach
    void disconnect() {
        client.finishAndReleaseAll();
    }

    @Test
    void aClientThatStopsAmidAPayloadIsClosedWhenOthersWait() throws IOException {
        client.send(RawClient.header(0, NbdCommand.WRITE.code(), 1, 0, Protocol.MAX_PAYLOAD_BYTES));
        ByteBudget.Reservation other = context.budget("shop").writes().reserve(1, () -> {});
        client.pass(STALL_MS);

        assertThat(client.isOpen()).isFalse();
        assertThat(other.granted()).isTrue();
    }

    @Test
    void aClientThatStopsAmidAPayloadMayDoSoWhileNobodyWaits() throws IOException {
        client.send(RawClient.header(0, NbdCommand.WRITE.code(), 1, 0, Protocol.MAX_PAYLOAD_BYTES));
        client.pass(10 * STALL_MS);

        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aSlowClientIsNotAStalledOne() throws IOException {
        client.send(RawClient.header(0, NbdCommand.WRITE.code(), 1, 0, Protocol.MAX_PAYLOAD_BYTES));
        context.budget("shop").writes().reserve(1, () -> {});
        for (int i = 0; i < 20; i++) {
            client.pass(StallWatch.PERIOD_MS);
            client.send(new byte[1]);
        }

        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aClientThatTakesNoRepliesIsClosedWhenOthersWait() throws IOException {
        client.deaf = true;
        client.send(RawClient.header(0, NbdCommand.READ.code(), 1, 0, Protocol.MAX_PAYLOAD_BYTES));
        ByteBudget.Reservation other = context.budget("shop").reads().reserve(1, () -> {});
        client.pass(STALL_MS);

        assertThat(client.isOpen()).isFalse();
        assertThat(other.granted()).isTrue();
    }

    @Test
    void aDeviceThatIsSlowIsNotTheClientsFault() throws IOException {
        disk.hold();
        client.send(RawClient.header(0, NbdCommand.READ.code(), 1, 0, Protocol.MAX_PAYLOAD_BYTES));
        context.budget("shop").reads().reserve(1, () -> {});
        client.pass(10 * STALL_MS);

        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aClientsOwnRequestsAreNotOthers() throws IOException {
        client.deaf = true;
        client.send(RawClient.header(0, NbdCommand.READ.code(), 1, 0, Protocol.MAX_PAYLOAD_BYTES));
        client.send(RawClient.header(0, NbdCommand.READ.code(), 2, 0, 512));
        client.pass(10 * STALL_MS);

        assertThat(client.isOpen()).isTrue();
    }

    /** A connection whose client may stop taking what is sent to it. */
    private static final class DeafChannel extends EmbeddedChannel {
        private boolean deaf;

        void send(byte[] bytes) {
            writeInbound(Unpooled.wrappedBuffer(bytes));
        }

        void pass(long ms) {
            for (long passed = 0; passed < ms; passed += StallWatch.PERIOD_MS) {
                advanceTimeBy(StallWatch.PERIOD_MS, TimeUnit.MILLISECONDS);
                runScheduledPendingTasks();
                runPendingTasks();
            }
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer unsent) throws Exception {
            if (!deaf) {
                super.doWrite(unsent);
            }
        }
    }
}
