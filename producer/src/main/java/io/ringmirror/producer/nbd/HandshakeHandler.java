package io.ringmirror.producer.nbd;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.ringmirror.producer.BlockDevice;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Haggles with one client until both agree on an export, then calls the next phase once; a client that is too slow,
 * leaves or talks garbage is closed instead. Runs on the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, which is handled there
final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    /** A client that has not chosen an export after this time is closed. */
    static final long TIMEOUT_MS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(HandshakeHandler.class);

    private final Exports exports;
    private final NbdMetrics metrics;
    private final Consumer<Agreement> whenAgreed;
    private Future<?> timeout;
    private boolean noZeroes;
    private boolean structuredReplies;
    /** The export for which base:allocation was selected last, or null. */
    private String allocationContextOf;

    HandshakeHandler(Exports exports, NbdMetrics metrics, Consumer<Agreement> whenAgreed) {
        this.exports = exports;
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
            noZeroes = flags.noZeroes();
        } else if (message instanceof NbdOption.ExportName option) {
            exportName(ctx, option);
        } else if (message instanceof NbdOption.Abort option) {
            ctx.writeAndFlush(OptionReplies.ack(option)).addListener(ChannelFutureListener.CLOSE);
        } else if (message instanceof NbdOption.ListExports option) {
            list(ctx, option);
        } else if (message instanceof NbdOption.Info option) {
            info(ctx, option);
        } else if (message instanceof NbdOption.StructuredReplies option) {
            structuredReplies = true;
            ctx.writeAndFlush(OptionReplies.ack(option));
        } else if (message instanceof NbdOption.MetaContext option) {
            metaContext(ctx, option);
        } else if (message instanceof NbdOption.StartTls option) {
            refuse(ctx, option, Protocol.REP_ERR_POLICY, "this server does not speak TLS");
        } else if (message instanceof NbdOption.Malformed option) {
            refuse(ctx, option, Protocol.REP_ERR_INVALID, "option " + option.code() + ": " + option.why());
        } else if (message instanceof NbdOption.Unknown option) {
            refuse(ctx, option, Protocol.REP_ERR_UNSUP, "option " + option.code() + " is not known here");
        }
    }

    private void exportName(ChannelHandlerContext ctx, NbdOption.ExportName option) {
        Optional<BlockDevice> device = find(option.name());
        if (device.isEmpty()) {
            fail(ctx, noSuchExport(option.name()));
            return;
        }
        ctx.writeAndFlush(OptionReplies.exportName(device.get(), structuredReplies, noZeroes));
        agree(device.get());
    }

    private void list(ChannelHandlerContext ctx, NbdOption option) {
        exports.names().forEach(name -> ctx.write(OptionReplies.server(option, name)));
        ctx.writeAndFlush(OptionReplies.ack(option));
    }

    private void info(ChannelHandlerContext ctx, NbdOption.Info option) {
        Optional<BlockDevice> found = find(option.name());
        if (found.isEmpty()) {
            refuse(ctx, option, Protocol.REP_ERR_UNKNOWN, noSuchExport(option.name()));
            return;
        }
        BlockDevice device = found.get();
        ctx.write(OptionReplies.infoExport(option, device, structuredReplies));
        if (option.wanted().contains(Protocol.INFO_NAME)) {
            ctx.write(OptionReplies.infoName(option, device));
        }
        if (option.wanted().contains(Protocol.INFO_DESCRIPTION)) {
            ctx.write(OptionReplies.infoDescription(option, device));
        }
        ctx.write(OptionReplies.infoBlockSize(option));
        ctx.writeAndFlush(OptionReplies.ack(option));
        if (option.go()) {
            agree(device);
        }
    }

    /** "Metadata querying": a selection holds for one export, and the last one counts. */
    private void metaContext(ChannelHandlerContext ctx, NbdOption.MetaContext option) {
        Optional<BlockDevice> device = find(option.name());
        if (!structuredReplies) {
            refuse(
                    ctx,
                    option,
                    Protocol.REP_ERR_INVALID,
                    "metadata contexts need structured replies; ask for them first");
            return;
        }
        if (device.isEmpty()) {
            refuse(ctx, option, Protocol.REP_ERR_UNKNOWN, noSuchExport(option.name()));
            return;
        }
        boolean named = option.queries().contains(Protocol.ALLOCATION_CONTEXT);
        boolean listed =
                !option.set() && (option.queries().isEmpty() || option.queries().contains("base:"));
        if (option.set()) {
            allocationContextOf = named ? device.get().name() : null;
        }
        if (named || listed) {
            ctx.write(OptionReplies.allocationContext(option));
        }
        ctx.writeAndFlush(OptionReplies.ack(option));
    }

    /** The empty name stands for the only export where there is only one. */
    private Optional<BlockDevice> find(String name) {
        if (!name.isEmpty()) {
            return exports.find(name);
        }
        var names = exports.names();
        return names.size() == 1 ? exports.find(names.get(0)) : Optional.empty();
    }

    private String noSuchExport(String name) {
        return name.isEmpty()
                ? "there is no default export; name one of the "
                        + exports.names().size() + " that are listed"
                : "no export is named '" + name + "'";
    }

    private void refuse(ChannelHandlerContext ctx, NbdOption option, int error, String message) {
        LOG.debug("NBD client {}: {}", ctx.channel().remoteAddress(), message);
        ctx.writeAndFlush(OptionReplies.error(option, error, message));
    }

    private void agree(BlockDevice device) {
        timeout.cancel(false);
        whenAgreed.accept(new Agreement(device, structuredReplies, device.name().equals(allocationContextOf)));
    }

    private void fail(ChannelHandlerContext ctx, String why) {
        LOG.warn(
                "NBD client {}: handshake failed, connection closed: {}",
                ctx.channel().remoteAddress(),
                why);
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
