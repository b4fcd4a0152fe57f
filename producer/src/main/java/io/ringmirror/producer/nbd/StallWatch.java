package io.ringmirror.producer.nbd;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Ends a connection whose client stopped in the middle of a payload, or takes no replies, while requests of others wait
 * for the memory this holds; where nobody waits a client may pause as long as it likes. Runs on the connection's event
 * loop.
 */
final class StallWatch {
    static final long PERIOD_MS = 10_000;
    /** Periods without a byte moved after which the client counts as stalled. */
    static final int MAX_PERIODS = 3;

    private final Channel channel;
    private final TransmissionDecoder decoder;
    private final Consumer<String> whenStalled;
    private long receivedBytes;
    private long unsentBytes;
    private int periods;

    StallWatch(Channel channel, TransmissionDecoder decoder, Consumer<String> whenStalled) {
        this.channel = channel;
        this.decoder = decoder;
        this.whenStalled = whenStalled;
    }

    /** Watches until the connection is closed. */
    void start() {
        Future<?> ticks =
                channel.eventLoop().scheduleAtFixedRate(this::tick, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> ticks.cancel(false));
    }

    private void tick() {
        boolean moved = hasMoved();
        boolean owes = decoder.isAmidRequest() || unsentBytes > 0;
        periods = owes && !moved && decoder.othersWait() ? periods + 1 : 0;
        if (periods == MAX_PERIODS) {
            whenStalled.accept("the client moved no byte for " + MAX_PERIODS * PERIOD_MS
                    + " ms, amid a request or with replies to take, while requests of others wait for the memory");
        }
    }

    private boolean hasMoved() {
        long receivedBefore = receivedBytes;
        long unsentBefore = unsentBytes;
        receivedBytes = decoder.receivedBytes();
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        unsentBytes = unsent == null ? 0 : unsent.totalPendingWriteBytes() - unsent.currentProgress();
        return receivedBytes != receivedBefore || unsentBytes != unsentBefore;
    }
}
