package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.ringmirror.producer.BlockDevice;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of everything a server says in the handshake ("Option reply types"). Each reply but the one to EXPORT_NAME
 * is
 *
 * <pre>
 *  0           8        12     16       20
 *  | magic     | option | type | length | data ...
 * </pre>
 */
final class OptionReplies {
    private OptionReplies() {}

    /** The first words of the server. */
    static ByteBuf greeting() {
        return Unpooled.buffer(18)
                .writeLong(Protocol.INIT_MAGIC)
                .writeLong(Protocol.OPTION_MAGIC)
                .writeShort(Protocol.FIXED_NEWSTYLE | Protocol.NO_ZEROES);
    }

    /** The answer to EXPORT_NAME: size and flags, no header. */
    static ByteBuf exportName(BlockDevice device, boolean structuredReplies, boolean noZeroes) {
        ByteBuf reply = Unpooled.buffer()
                .writeLong(device.sizeBytes())
                .writeShort(Agreement.transmissionFlags(device, structuredReplies));
        return noZeroes ? reply : reply.writeZero(Protocol.EXPORT_NAME_ZEROES_BYTES);
    }

    static ByteBuf ack(NbdOption option) {
        return reply(option, Protocol.REP_ACK, Unpooled.EMPTY_BUFFER);
    }

    /** {@code type} is one of the REP_ERR codes; the message is for the client's user. */
    static ByteBuf error(NbdOption option, int type, String message) {
        return reply(option, type, text(Unpooled.buffer(), message));
    }

    /** One export of LIST: its name, and a description behind it. */
    static ByteBuf server(NbdOption option, String name) {
        ByteBuf data = Unpooled.buffer().writeInt(ByteBufUtil.utf8Bytes(name));
        text(data, name);
        return reply(option, Protocol.REP_SERVER, text(data, description(name)));
    }

    static ByteBuf infoExport(NbdOption option, BlockDevice device, boolean structuredReplies) {
        ByteBuf data = Unpooled.buffer()
                .writeShort(Protocol.INFO_EXPORT)
                .writeLong(device.sizeBytes())
                .writeShort(Agreement.transmissionFlags(device, structuredReplies));
        return reply(option, Protocol.REP_INFO, data);
    }

    static ByteBuf infoName(NbdOption option, BlockDevice device) {
        ByteBuf data = Unpooled.buffer().writeShort(Protocol.INFO_NAME);
        return reply(option, Protocol.REP_INFO, text(data, device.name()));
    }

    static ByteBuf infoDescription(NbdOption option, BlockDevice device) {
        ByteBuf data = Unpooled.buffer().writeShort(Protocol.INFO_DESCRIPTION);
        return reply(option, Protocol.REP_INFO, text(data, description(device.name())));
    }

    static ByteBuf infoBlockSize(NbdOption option, BlockDevice device) {
        ByteBuf data = Unpooled.buffer()
                .writeShort(Protocol.INFO_BLOCK_SIZE)
                .writeInt(Protocol.MIN_BLOCK_BYTES)
                .writeInt(Protocol.PREFERRED_BLOCK_BYTES)
                .writeInt(Agreement.maxPayloadBytes(device));
        return reply(option, Protocol.REP_INFO, data);
    }

    /** The context base:allocation, with its id where it was selected, 0 where it was listed. */
    static ByteBuf allocationContext(NbdOption.MetaContext option) {
        ByteBuf data = Unpooled.buffer().writeInt(option.set() ? Protocol.ALLOCATION_CONTEXT_ID : 0);
        return reply(option, Protocol.REP_META_CONTEXT, text(data, Protocol.ALLOCATION_CONTEXT));
    }

    private static String description(String name) {
        return "RingMirror volume " + name;
    }

    private static ByteBuf text(ByteBuf data, String text) {
        data.writeCharSequence(text, StandardCharsets.UTF_8);
        return data;
    }

    private static ByteBuf reply(NbdOption option, int type, ByteBuf data) {
        ByteBuf header = Unpooled.buffer(20)
                .writeLong(Protocol.OPTION_REPLY_MAGIC)
                .writeInt(option.code())
                .writeInt(type)
                .writeInt(data.readableBytes());
        return Unpooled.wrappedBuffer(header, data);
    }
}
