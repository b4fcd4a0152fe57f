package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written together, and which permits end with it. */
class OutboxTest {
    private static final int LONG_BYTES = 100_000;

    private final Network network = new Network();
    private final EmbeddedChannel channel = new EmbeddedChannel(network);
    private final Outbox outbox = new Outbox(channel, () -> {});
    private final ByteBudget budget = new ByteBudget(1000);
    private final ConnectionPermits permits =
            new ConnectionPermits(100, new MirrorBudget(budget, budget), new NbdMetrics(), () -> {});

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private ConnectionPermits.Permit permit() {
        return permits.tryTake(new NbdRequest(0, NbdCommand.FLUSH.code(), 1, 0, 0), 0)
                .orElseThrow();
    }

    private void done() {
        outbox.room(16).writeZero(16);
        outbox.added(permit());
    }

    private void data(int bytes) {
        outbox.add(Unpooled.buffer(bytes).writeZero(bytes), permit());
    }

    @Test
    void repliesWithoutDataShareABufferAndEndTogether() {
        done();
        done();
        done();
        assertThat(network.writtenBytes).isEmpty();

        outbox.flush();
        assertThat(network.writtenBytes).containsExactly(48);
        assertThat(permits.inFlight()).isEqualTo(3);
        network.promises.get(0).setSuccess();
        assertThat(permits.inFlight()).isZero();
    }

    @Test
    void whatIsAnsweredWithoutDataDoesNotWaitForDataBehindIt() {
        done();
        data(100);
        data(100);
        outbox.flush();
        assertThat(network.writtenBytes).containsExactly(16, 100, 100);

        network.promises.get(0).setSuccess();
        assertThat(permits.inFlight()).isEqualTo(2);
        network.promises.get(1).setSuccess();
        network.promises.get(2).setSuccess();
        assertThat(permits.inFlight()).isZero();
    }

    @Test
    void longDataIsABatchByItself() {
        data(100);
        data(LONG_BYTES);
        data(100);
        outbox.flush();

        network.promises.get(0).setSuccess();
        assertThat(permits.inFlight()).isEqualTo(2);
        network.promises.get(1).setSuccess();
        assertThat(permits.inFlight()).isEqualTo(1);
    }

    @Test
    void aBufferThatIsFullIsFollowedByAnother() {
        outbox.room(4000).writeZero(4000);
        outbox.added(permit());
        outbox.room(10_000).writeZero(10_000);
        outbox.added(permit());
        outbox.flush();

        assertThat(network.writtenBytes).containsExactly(4000, 10_000);
        network.promises.get(1).setFailure(new IllegalStateException("told to fail"));
        assertThat(permits.inFlight()).as("gone is as good as sent").isZero();
    }

    /** Takes what is written and leaves open whether it was sent. */
    private static final class Network extends ChannelOutboundHandlerAdapter {
        private final List<Integer> writtenBytes = new ArrayList<>();
        private final List<ChannelPromise> promises = new ArrayList<>();

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ByteBuf written = (ByteBuf) message;
            writtenBytes.add(written.readableBytes());
            promises.add(promise);
            written.release();
        }
    }
}
