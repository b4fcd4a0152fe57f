package io.ringmirror.producer.nbd;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Greets one client, carries its options to the negotiation and the answers back, and calls the next phase once when
 * both agree on an export; a client that is too slow, leaves or talks garbage is closed instead. Runs on the
 * connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, which is handled there
final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    /** A client that has not chosen an export after this time is closed. */
    static final long TIMEOUT_MS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(HandshakeHandler.class);

    private final Negotiation negotiation;
    private final NbdMetrics metrics;
    private final Consumer<Agreement> whenAgreed;
    private Future<?> timeout;

    HandshakeHandler(Exports exports, NbdMetrics metrics, Consumer<Agreement> whenAgreed) {
        this.negotiation = new Negotiation(exports);
        this.metrics = metrics;
        this.whenAgreed = whenAgreed;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        timeout = ctx.executor()
                .schedule(
                        () -> fail(ctx, "no export was chosen within " + TIMEOUT_MS + " ms"),
                        TIMEOUT_MS,
                        TimeUnit.MILLISECONDS);
        ctx.writeAndFlush(OptionReplies.greeting());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HandshakeDecoder.ClientFlags flags) {
            negotiation.clientFlags(flags);
        } else {
            answer(ctx, negotiation.answer((NbdOption) message));
        }
    }

    private void answer(ChannelHandlerContext ctx, Negotiation.Answer answer) {
        answer.replies().forEach(ctx::write);
        ctx.flush();
        if (answer.next() instanceof Negotiation.Next.Leave) {
            ctx.close();
        } else if (answer.next() instanceof Negotiation.Next.Fail fail) {
            fail(ctx, fail.why());
        } else if (answer.next() instanceof Negotiation.Next.Transmit transmit) {
            timeout.cancel(false);
            whenAgreed.accept(transmit.agreement());
        }
    }

    private void fail(ChannelHandlerContext ctx, String why) {
        LOG.warn("NBD client {}: handshake failed, connection closed: {}", ClientName.of(ctx.channel()), why);
        metrics.handshakeFailed();
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        timeout.cancel(false);
    }

    /** Garbage, as its decoder says; once closed, the rest of it is of no interest. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (ctx.channel().isOpen()) {
            fail(ctx, cause instanceof DecoderException ? cause.getMessage() : cause.toString());
        }
    }
}
