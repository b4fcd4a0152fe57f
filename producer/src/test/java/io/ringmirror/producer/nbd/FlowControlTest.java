package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** I9 for the front: a device that does not answer stops the reading at the bounds, and everything goes on after. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a blocked socket cannot be interrupted
class FlowControlTest {
    private static final int MAX_REQUESTS = 4;

    private final MemoryDevice disk = new MemoryDevice("shop/disk", 48 << 20);
    private final NbdSettings settings =
            new NbdSettings("127.0.0.1", 0, 8, MAX_REQUESTS, NbdSettings.MIN_BYTES_IN_FLIGHT);
    private final MemoryDevice journal = new MemoryDevice("shop/journal", 1 << 20);
    private final MemoryDevice ledger = new MemoryDevice("bank/ledger", 48 << 20);
    private final NbdServer server = new NbdServer(settings, MemoryExports.of(disk, journal, ledger));

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aConnectionHasNoMoreRequestsInFlightThanAllowed() throws IOException {
        disk.hold();
        try (RawClient client = RawClient.inTransmission(server, "shop/disk", false)) {
            for (int cookie = 0; cookie < 10; cookie++) {
                client.write(cookie, 0, new byte[512]);
            }
            await().until(() -> server.metrics().snapshot().permitsWaited() == 1);
            assertThat(disk.calls()).hasSize(MAX_REQUESTS);

            disk.letGo(0);
            assertThat(client.simpleReply(0)).isZero();
            await().until(() -> server.metrics().snapshot().permitsWaited() == 2);
            assertThat(disk.calls()).hasSize(MAX_REQUESTS + 1);

            disk.letAllGo();
            List<RawClient.SimpleReply> replies = new ArrayList<>();
            for (int cookie = 1; cookie < 10; cookie++) {
                replies.add(client.simpleReply());
            }
            assertThat(replies).extracting(RawClient.SimpleReply::error).containsOnly(0);
            assertThat(replies)
                    .extracting(RawClient.SimpleReply::cookie)
                    .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        }
    }

    @Test
    void waitingWritesOfAllConnectionsToOneMirrorKeepNoMoreBytesThanAllowed() throws IOException {
        disk.hold();
        byte[] half = new byte[16 << 20];
        try (RawClient first = RawClient.inTransmission(server, "shop/disk", false);
                RawClient second = RawClient.inTransmission(server, "shop/disk", false)) {
            first.write(1, 0, half);
            first.write(2, 0, half);
            await().until(() -> disk.calls().size() == 2);
            second.request(NbdCommand.WRITE, 3, 0, 4096);
            await().until(() -> server.metrics().snapshot().permitsWaited() == 1);
            assertThat(server.metrics().snapshot().bytesInFlight()).isEqualTo(2L * half.length);

            disk.letGo(0);
            assertThat(first.simpleReply(1)).isZero();
            second.send(new byte[4096]);
            await().until(() -> disk.calls().size() == 3);
            disk.letAllGo();
            assertThat(first.simpleReply(2)).isZero();
            assertThat(second.simpleReply(3)).isZero();
        }
    }

    @Test
    void readsAndFlushesGoOnWhileWritesFillTheirHalf() throws IOException {
        disk.hold();
        try (RawClient writer = RawClient.inTransmission(server, "shop/disk", false);
                RawClient reader = RawClient.inTransmission(server, "shop/disk", false)) {
            writer.write(1, 0, new byte[Protocol.MAX_PAYLOAD_BYTES]);
            writer.request(NbdCommand.WRITE, 2, 0, 512);
            await().until(() -> server.metrics().snapshot().permitsWaited() == 1);
            reader.request(NbdCommand.FLUSH, 3, 0, 0);
            reader.request(NbdCommand.READ, 4, 0, 512);
            await().until(() -> disk.calls().size() == 3);
            disk.letGo(1);
            assertThat(reader.simpleReply(3)).isZero();
            disk.letGo(1);
            assertThat(reader.simpleReply(4)).isZero();
        } finally {
            disk.letAllGo();
        }
    }

    @Test
    void writesToOneMirrorGoOnWhileThoseToAnotherFillItsBudgetF7F8() throws IOException {
        disk.hold();
        byte[] largest = new byte[Protocol.MAX_PAYLOAD_BYTES];
        try (RawClient stuck = RawClient.inTransmission(server, "shop/disk", false);
                RawClient stuckToo = RawClient.inTransmission(server, "shop/journal", false);
                RawClient other = RawClient.inTransmission(server, "bank/ledger", false)) {
            stuck.write(1, 0, largest);
            await().until(() -> disk.calls().size() == 1);
            stuckToo.write(2, 0, new byte[512]);
            await().until(() -> server.metrics().snapshot().permitsWaited() == 1);
            for (int cookie = 3; cookie < 10; cookie++) {
                other.write(cookie, 0, largest);
                assertThat(other.simpleReply(cookie)).isZero();
            }

            assertThat(journal.calls()).as("of the mirror that waits").isEmpty();
            disk.letAllGo();
            assertThat(stuck.simpleReply(1)).isZero();
            assertThat(stuckToo.simpleReply(2)).isZero();
        }
    }

    @Test
    void readsOfOneMirrorGoOnWhileClientsOfAnotherTakeNoReplies() throws IOException {
        disk.hold(); // a read that is not answered keeps its memory as one does whose reply nobody takes
        try (RawClient stuck = RawClient.inTransmission(server, "shop/disk", false);
                RawClient other = RawClient.inTransmission(server, "bank/ledger", false)) {
            stuck.request(NbdCommand.READ, 1, 0, Protocol.MAX_PAYLOAD_BYTES);
            await().until(() -> disk.calls().size() == 1);
            other.request(NbdCommand.READ, 2, 0, Protocol.MAX_PAYLOAD_BYTES);

            assertThat(other.simpleReply(2)).isZero();
        } finally {
            disk.letAllGo();
        }
    }

    @Test
    void aReaderGoesOnBesideClientsOfItsMirrorThatTakeNoReplies() throws IOException {
        int clients = 7;
        List<RawClient> deaf = new ArrayList<>();
        disk.hold();
        NbdSettings manyRequests = new NbdSettings("127.0.0.1", 0, 8, 64, NbdSettings.MIN_BYTES_IN_FLIGHT);
        try (NbdServer shared = new NbdServer(manyRequests, MemoryExports.of(disk, journal))) {
            shared.start();
            for (int client = 0; client < clients; client++) {
                deaf.add(RawClient.inTransmission(shared, "shop/disk", false));
                for (int cookie = 0; cookie < 64; cookie++) {
                    deaf.get(client).request(NbdCommand.READ, cookie, 0, 512 << 10);
                }
            }
            await().until(() -> shared.metrics().snapshot().permitsWaited() == clients);
            try (RawClient reader = RawClient.inTransmission(shared, "shop/journal", false)) {
                reader.request(NbdCommand.READ, 100, 0, 512);
                assertThat(reader.simpleReply(100)).isZero();
            }
        } finally {
            disk.letAllGo();
            for (RawClient client : deaf) {
                client.close();
            }
        }
    }

    @Test
    void theLargestWriteAndTheLargestReadPassThoughSmallOnesKeepComing() throws IOException {
        byte[] largest = new byte[Protocol.MAX_PAYLOAD_BYTES];
        try (RawClient small = RawClient.inTransmission(server, "shop/disk", false);
                RawClient large = RawClient.inTransmission(server, "shop/disk", false)) {
            for (int cookie = 0; cookie < 100; cookie++) {
                small.write(cookie, 40 << 20, new byte[512]);
            }
            large.write(1000, 0, largest);
            large.request(NbdCommand.READ, 1001, 0, largest.length);
            for (int cookie = 0; cookie < 100; cookie++) {
                assertThat(small.simpleReply(cookie)).isZero();
            }

            assertThat(large.simpleReply(1000)).isZero();
            assertThat(large.simpleReply(1001)).isZero();
            assertThat(large.read(largest.length)).isEqualTo(largest);
        }
    }

    @Test
    void aClientLostWhileItWaitsLeavesTheQueue() throws IOException {
        disk.hold();
        RawClient writer = RawClient.inTransmission(server, "shop/disk", false);
        try (RawClient next = RawClient.inTransmission(server, "shop/disk", false)) {
            writer.write(1, 0, new byte[Protocol.MAX_PAYLOAD_BYTES]);
            await().until(() -> disk.calls().size() == 1);
            next.request(NbdCommand.WRITE, 2, 0, 512);
            await().until(() -> server.metrics().snapshot().permitsWaited() == 1);
            server.closeConnections("shop/disk", "as the test wants");
            await().until(() -> server.metrics().snapshot().connectionsOpen() == 0);
            disk.letAllGo();
            await().until(() -> server.metrics().snapshot().requestsInFlight() == 0);
        } finally {
            writer.close();
        }
        try (RawClient later = RawClient.inTransmission(server, "shop/disk", false)) {
            later.write(3, 0, new byte[Protocol.MAX_PAYLOAD_BYTES]);
            assertThat(later.simpleReply(3)).isZero();
        }
    }

    @Test
    void nothingIsReadFromTheSocketWhileARequestWaits() throws IOException {
        Queue<ConnectionPermits.Permit> permits = new ConcurrentLinkedQueue<>();
        List<Long> cookies = new ArrayList<>();
        NbdContext context = new NbdContext(settings, MemoryExports.of(disk));
        EmbeddedChannel channel = new EmbeddedChannel(new TransmissionDecoder(
                new Agreement(disk, false, false), context, new CollectingSink(permits, cookies)));
        ByteBuf requests = Unpooled.buffer();
        for (int cookie = 0; cookie < 6; cookie++) {
            requests.writeBytes(RawClient.header(0, NbdCommand.WRITE.code(), cookie, 0, 3))
                    .writeBytes(new byte[3]);
        }
        for (int at = 0; at < requests.writerIndex(); at += 5) {
            channel.writeInbound(requests.copy(at, Math.min(5, requests.writerIndex() - at)));
        }
        assertThat(cookies).containsExactly(0L, 1L, 2L, 3L);
        assertThat(channel.config().isAutoRead()).isFalse();

        permits.remove().end();
        permits.remove().end();
        channel.runPendingTasks();
        assertThat(cookies).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.finishAndReleaseAll();
        requests.release();
    }

    private record CollectingSink(Queue<ConnectionPermits.Permit> permits, List<Long> cookies) implements RequestSink {
        @Override
        public void accepted(NbdRequest request, ByteBuf payload, ConnectionPermits.Permit permit) {
            assertThat(payload.readableBytes()).isEqualTo((int) request.lengthBytes());
            payload.release();
            permits.add(permit);
            cookies.add(request.cookie());
        }

        @Override
        public void refused(NbdRequest request, Refusal refusal, ConnectionPermits.Permit permit) {
            throw new AssertionError(refusal.message());
        }

        @Override
        public void disconnectRequested() {
            throw new AssertionError("no DISC was sent");
        }

        @Override
        public void brokenProtocol(String what) {
            throw new AssertionError(what);
        }
    }
}
