package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.ringmirror.producer.BlockDevice;
import io.ringmirror.producer.DeviceException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One client in the transmission phase: hands its requests to the device and its outcomes to the network. All state is
 * the event loop's; {@link #finish} and {@link #close} may be called from any thread. When the client is lost its
 * requests in flight are let finish and their replies dropped.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, which is handled there
final class NbdConnection extends ChannelInboundHandlerAdapter implements RequestSink {
    private static final Logger LOG = LoggerFactory.getLogger(NbdConnection.class);

    private final Channel channel;
    private final Agreement agreement;
    private final BlockDevice device;
    private final NbdMetrics metrics;
    private final Outbox outbox;
    private final ReplyEncoder replies;
    private final CompletionQueue completions;
    private final TransmissionDecoder decoder;
    private boolean finishing;
    private boolean starting;

    NbdConnection(Channel channel, Agreement agreement, NbdContext context) {
        this.channel = channel;
        this.agreement = agreement;
        this.device = agreement.device().forBatches();
        this.metrics = context.metrics();
        this.outbox = new Outbox(channel, this::closeIfFinished);
        this.replies = new ReplyEncoder(outbox::room, agreement.structuredReplies());
        this.completions = new CompletionQueue(channel.eventLoop(), this::reply, outbox::flush);
        this.decoder = new TransmissionDecoder(agreement, context, this);
    }

    /** Puts the connection's handlers at the end of the channel's pipeline. */
    void install() {
        channel.pipeline().addLast(decoder, this);
        new StallWatch(channel, decoder, this::closeBecause).start();
        LOG.info("NBD client {} uses {}", ClientName.of(channel), exportName());
    }

    String exportName() {
        return agreement.device().name();
    }

    @Override
    public void accepted(NbdRequest request, ByteBuf payload, ConnectionPermits.Permit permit) {
        PendingRequest pending = new PendingRequest(request, payload, permit, this::completed, channel::isActive);
        starting = true;
        try {
            pending.start(device, channel.alloc(), replies.readHeadBytes());
        } catch (RuntimeException | OutOfMemoryError e) { // the latter: no direct memory for a READ
            pending.completed(
                    new DeviceException(DeviceException.Kind.IO, "the request could not be started: " + e, e));
        }
        starting = false;
    }

    /** Any thread. What completes while the event loop starts it needs no wake-up: the flush after this batch sends it. */
    private void completed(PendingRequest done) {
        if (channel.eventLoop().inEventLoop() && starting) {
            reply(done);
        } else {
            completions.add(done);
        }
    }

    @Override
    public void refused(NbdRequest request, Refusal refusal, ConnectionPermits.Permit permit) {
        LOG.debug("NBD client {} on {}: {}", ClientName.of(channel), exportName(), refusal.message());
        metrics.requestFailed();
        replies.error(request, refusal);
        outbox.added(permit);
    }

    /** What came with one read of the socket goes to the device together, and so does what was answered to the network. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        starting = true;
        device.endBatch();
        starting = false;
        outbox.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        device.endBatch();
        device.left();
        outbox.flush();
    }

    private void reply(PendingRequest done) {
        if (done.failure() != null) {
            replyFailure(done);
        } else if (done.command() == NbdCommand.READ) {
            replyData(done);
        } else {
            replyDone(done);
        }
    }

    private void replyData(PendingRequest done) {
        metrics.dataRead(done.request().lengthBytes());
        ByteBuf reply = done.takeData();
        replies.readHead(reply, done.request());
        outbox.add(reply.writerIndex(reply.capacity()), done.permit());
    }

    private void replyDone(PendingRequest done) {
        if (done.command() == NbdCommand.WRITE) {
            metrics.dataWritten(done.request().lengthBytes());
        }
        done.releaseData();
        if (done.command() == NbdCommand.BLOCK_STATUS) {
            replies.blockStatus(done.request(), done.extents());
        } else {
            replies.done(done.request());
        }
        outbox.added(done.permit());
    }

    private void replyFailure(PendingRequest done) {
        DeviceException failure = done.failure();
        log(done, failure);
        metrics.requestFailed();
        done.releaseData();
        replies.error(done.request(), new Refusal(NbdError.of(failure.kind()), failure.getMessage()));
        outbox.added(done.permit());
        if (failure.kind() == DeviceException.Kind.SHUTDOWN) {
            decoder.stop();
            outbox.flush();
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** What a device could not do is news; what it refused is the client's business. */
    private void log(PendingRequest failed, DeviceException failure) {
        LOG.atLevel(failure.kind() == DeviceException.Kind.IO ? Level.WARN : Level.DEBUG)
                .setCause(failure)
                .log(
                        "NBD client {} on {}: {} of {} bytes at {} failed",
                        ClientName.of(channel),
                        exportName(),
                        failed.command(),
                        failed.request().lengthBytes(),
                        failed.request().offsetBytes());
    }

    @Override
    public void disconnectRequested() {
        finishing = true;
        closeIfFinished();
    }

    @Override
    public void brokenProtocol(String what) {
        closeBecause(what);
    }

    /** Reads no more requests, and closes when those in flight are answered. */
    void finish() {
        channel.eventLoop().execute(() -> {
            decoder.stop();
            disconnectRequested();
        });
    }

    private void closeIfFinished() {
        if (finishing && decoder.requestsInFlight() == 0) {
            channel.close();
        }
    }

    /** Closes at once; the requests in flight are not answered. */
    void close(String reason) {
        channel.eventLoop().execute(() -> closeBecause(reason));
    }

    private void closeBecause(String reason) {
        LOG.warn("NBD client {} on {}: connection closed: {}", ClientName.of(channel), exportName(), reason);
        channel.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.info("NBD client {} on {} is gone: {}", ClientName.of(channel), exportName(), cause.getMessage());
        } else {
            LOG.error("NBD client {} on {}: connection closed", ClientName.of(channel), exportName(), cause);
        }
        channel.close();
    }
}
