package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.util.List;

/**
 * Cuts a client's side of the handshake into its flags and options ("Newstyle negotiation", "Fixed newstyle
 * negotiation"). Runs on the connection's event loop and keeps at most one option, of a bounded size. Bytes that are not
 * the protocol end it with a {@link DecoderException} that says what they were; bytes behind the last option stay for the
 * transmission phase.
 *
 * <pre>
 *  client flags (4), then for each option:
 *  0           8        12       16
 *  | IHAVEOPT  | option | length | data ...
 * </pre>
 */
final class HandshakeDecoder extends ByteToMessageDecoder {
    static final int MAX_OPTION_BYTES = 64 << 10;
    /** More options than any client has use for. */
    static final int MAX_OPTIONS = 1000;

    private static final int OPTION_HEADER_BYTES = Long.BYTES + 2 * Integer.BYTES;
    private static final int KNOWN_FLAGS = Protocol.FIXED_NEWSTYLE | Protocol.NO_ZEROES;

    private boolean flagsRead;
    private int options;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (!flagsRead) {
            readClientFlags(in, out);
        } else {
            readOption(in, out);
        }
    }

    private void readClientFlags(ByteBuf in, List<Object> out) {
        if (in.readableBytes() < Integer.BYTES) {
            return;
        }
        int flags = in.readInt();
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw new DecoderException(
                    "client flags 0x" + Integer.toHexString(flags) + " are not NBD's fixed newstyle");
        }
        flagsRead = true;
        out.add(new ClientFlags((flags & Protocol.NO_ZEROES) != 0));
    }

    private void readOption(ByteBuf in, List<Object> out) {
        if (in.readableBytes() < OPTION_HEADER_BYTES) {
            return;
        }
        int start = in.readerIndex();
        long magic = in.readLong();
        int code = in.readInt();
        long lengthBytes = in.readUnsignedInt();
        if (magic != Protocol.OPTION_MAGIC) {
            throw new DecoderException("an option begins with 0x" + Long.toHexString(magic) + ", not with IHAVEOPT");
        }
        if (lengthBytes > MAX_OPTION_BYTES) {
            throw new DecoderException(
                    "option " + code + " has " + lengthBytes + " bytes of data; at most " + MAX_OPTION_BYTES);
        }
        if (in.readableBytes() < lengthBytes) {
            in.readerIndex(start);
            return;
        }
        if (++options > MAX_OPTIONS) {
            throw new DecoderException("more than " + MAX_OPTIONS + " options");
        }
        out.add(OptionParser.parse(code, in.readSlice((int) lengthBytes)));
    }

    /** The client's answer to the greeting ("Client flags"). */
    record ClientFlags(boolean noZeroes) {}
}
