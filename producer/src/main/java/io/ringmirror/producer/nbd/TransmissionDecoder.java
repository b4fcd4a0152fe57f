package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.Optional;

/**
 * Cuts a connection's bytes into requests ("Transmission phase"): header, validation, admission, payload. Runs on the
 * connection's event loop. Payload goes from the bytes received straight into one direct buffer of its size, taken only
 * after the request was admitted; while a request waits for admission nothing is read from the socket, and at most one
 * receive buffer is kept.
 */
final class TransmissionDecoder extends ChannelInboundHandlerAdapter {
    private final Agreement agreement;
    private final RequestSink sink;
    private final ConnectionPermits permits;

    private ChannelHandlerContext ctx;
    private ByteBuf undecoded = Unpooled.EMPTY_BUFFER;
    private Step step = Step.HEADER;
    private long receivedBytes;

    // Of the request being decoded.
    private NbdRequest request;
    private Optional<Refusal> refusal = Optional.empty();
    private ConnectionPermits.Permit permit;
    private ByteBuf payload = Unpooled.EMPTY_BUFFER;
    private long toSkipBytes;

    TransmissionDecoder(Agreement agreement, NbdContext context, RequestSink sink) {
        this.agreement = agreement;
        this.sink = sink;
        this.permits = context.permits(agreement.mirror(), () -> ctx.executor().execute(this::resume));
    }

    private enum Step {
        HEADER,
        ADMISSION,
        PAYLOAD,
        SKIP,
        STOPPED
    }

    int requestsInFlight() {
        return permits.inFlight();
    }

    boolean othersWait() {
        return permits.othersWait();
    }

    /** Whether a request was admitted whose data has not come in full. */
    boolean isAmidRequest() {
        return permit != null;
    }

    /** Everything the client has sent in this phase. */
    long receivedBytes() {
        return receivedBytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf received = (ByteBuf) message;
        receivedBytes += received.readableBytes();
        undecoded = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), undecoded, received);
        decode();
    }

    private void resume() {
        if (step == Step.ADMISSION) {
            decode();
            ctx.fireChannelReadComplete();
        }
    }

    private void decode() {
        boolean more = true;
        while (more) {
            more = switch (step) {
                case HEADER -> readHeader();
                case ADMISSION -> admit();
                case PAYLOAD -> readPayload();
                case SKIP -> skipPayload();
                case STOPPED -> false;
            };
        }
        if (step == Step.STOPPED || !undecoded.isReadable()) {
            undecoded.release();
            undecoded = Unpooled.EMPTY_BUFFER;
        }
        ctx.channel().config().setAutoRead(step != Step.ADMISSION && step != Step.STOPPED);
    }

    private boolean readHeader() {
        if (undecoded.readableBytes() < NbdRequest.HEADER_BYTES) {
            return false;
        }
        int magic = undecoded.readInt();
        if (magic != Protocol.REQUEST_MAGIC) {
            stop();
            sink.brokenProtocol("a request begins with 0x" + Integer.toHexString(magic) + ", not with 0x"
                    + Integer.toHexString(Protocol.REQUEST_MAGIC));
            return false;
        }
        request = NbdRequest.readFrom(undecoded);
        if (request.is(NbdCommand.DISC)) {
            stop();
            sink.disconnectRequested();
            return false;
        }
        refusal = RequestValidation.check(request, agreement);
        step = Step.ADMISSION;
        return true;
    }

    private boolean admit() {
        boolean keepsData = refusal.isEmpty() && (request.is(NbdCommand.READ) || request.is(NbdCommand.WRITE));
        Optional<ConnectionPermits.Permit> taken = permits.tryTake(request, keepsData ? request.lengthBytes() : 0);
        if (taken.isEmpty()) {
            return false;
        }
        permit = taken.get();
        if (refusal.isPresent()) {
            toSkipBytes = request.is(NbdCommand.WRITE) ? request.lengthBytes() : 0;
            step = Step.SKIP;
        } else {
            payload = request.is(NbdCommand.WRITE)
                    ? ctx.alloc().directBuffer((int) request.lengthBytes(), (int) request.lengthBytes())
                    : Unpooled.EMPTY_BUFFER;
            step = Step.PAYLOAD;
        }
        return true;
    }

    private boolean readPayload() {
        payload.writeBytes(undecoded, Math.min(undecoded.readableBytes(), payload.writableBytes()));
        if (payload.isWritable()) {
            return false;
        }
        ByteBuf complete = payload;
        payload = Unpooled.EMPTY_BUFFER;
        step = Step.HEADER;
        sink.accepted(request, complete, handOver());
        return true;
    }

    private boolean skipPayload() {
        int skippedBytes = (int) Math.min(undecoded.readableBytes(), toSkipBytes);
        undecoded.skipBytes(skippedBytes);
        toSkipBytes -= skippedBytes;
        if (toSkipBytes > 0) {
            return false;
        }
        step = Step.HEADER;
        sink.refused(request, refusal.orElseThrow(), handOver());
        return true;
    }

    private ConnectionPermits.Permit handOver() {
        ConnectionPermits.Permit handed = permit;
        permit = null;
        return handed;
    }

    /** Reads nothing more and drops a request that is not complete. Idempotent; on the event loop. */
    void stop() {
        step = Step.STOPPED;
        ctx.channel().config().setAutoRead(false);
        permits.close();
        payload.release();
        payload = Unpooled.EMPTY_BUFFER;
        if (permit != null) {
            handOver().end();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        decode();
        ctx.fireChannelInactive();
    }
}
