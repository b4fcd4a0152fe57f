package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.ringmirror.volume.Extent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The bytes of replies. A reply without data is a simple one; where structured replies were negotiated READ and
 * BLOCK_STATUS are answered by one chunk, and errors by a chunk that carries the reason.
 *
 * <pre>
 *  "Simple reply message"                 "Structured reply chunk message"
 *  0       4       8        16            0       4       6      8        16       20
 *  | magic | error | cookie | data ...    | magic | flags | type | cookie | length | payload ...
 * </pre>
 */
final class ReplyEncoder {
    /** Extents told in one answer; a client asks again for what is behind them. */
    static final int MAX_EXTENTS = 4096;

    private static final int SIMPLE_BYTES = 16;
    private static final int CHUNK_BYTES = 20;
    private static final int MAX_MESSAGE_CHARS = 1000;

    private final IntFunction<ByteBuf> room;
    private final boolean structured;

    /** @param room gives the buffer that the next reply of so many bytes is appended to */
    ReplyEncoder(IntFunction<ByteBuf> room, boolean structured) {
        this.room = room;
        this.structured = structured;
    }

    /** The whole reply to a request that succeeded and has no data. */
    void done(NbdRequest request) {
        simple(room.apply(SIMPLE_BYTES), request, 0);
    }

    /** How much room {@link #readHead} needs before the data of a READ. */
    int readHeadBytes() {
        return structured ? CHUNK_BYTES + Long.BYTES : SIMPLE_BYTES;
    }

    /** Appends what precedes the data of a READ that succeeded. */
    void readHead(ByteBuf reply, NbdRequest request) {
        if (structured) {
            chunk(reply, request, Protocol.CHUNK_OFFSET_DATA, (int) (Long.BYTES + request.lengthBytes()))
                    .writeLong(request.offsetBytes());
        } else {
            simple(reply, request, 0);
        }
    }

    /** The whole reply to a BLOCK_STATUS that succeeded; {@code extents} begin where the request does. */
    void blockStatus(NbdRequest request, List<Extent> extents) {
        List<Extent> told = told(request, extents);
        ByteBuf reply = chunk(request, Protocol.CHUNK_BLOCK_STATUS, Integer.BYTES + told.size() * 2 * Integer.BYTES)
                .writeInt(Protocol.ALLOCATION_CONTEXT_ID);
        for (Extent extent : told) {
            reply.writeInt((int) extent.lengthBytes())
                    .writeInt(extent.hole() ? Protocol.STATE_HOLE | Protocol.STATE_ZERO : 0);
        }
    }

    /** Extents of one kind side by side are told as one, at most one with REQ_ONE. */
    private static List<Extent> told(NbdRequest request, List<Extent> extents) {
        int max = request.has(Protocol.FLAG_REQ_ONE) ? 1 : MAX_EXTENTS;
        List<Extent> told = new ArrayList<>();
        for (Extent extent : extents) {
            Extent last = told.isEmpty() ? null : told.get(told.size() - 1);
            if (last != null && last.hole() == extent.hole()) {
                long joinedBytes = last.lengthBytes() + extent.lengthBytes();
                told.set(told.size() - 1, new Extent(last.offsetBytes(), joinedBytes, last.hole()));
            } else if (told.size() == max) {
                break;
            } else {
                told.add(extent);
            }
        }
        return told;
    }

    /** The whole reply to a request that was refused or failed. */
    void error(NbdRequest request, Refusal refusal) {
        int code = refusal.error().code();
        if (!structured) {
            simple(room.apply(SIMPLE_BYTES), request, code);
            return;
        }
        String whole = refusal.message();
        String message = whole.substring(0, Math.min(whole.length(), MAX_MESSAGE_CHARS));
        int messageBytes = ByteBufUtil.utf8Bytes(message);
        chunk(request, Protocol.CHUNK_ERROR, Integer.BYTES + Short.BYTES + messageBytes)
                .writeInt(code)
                .writeShort(messageBytes)
                .writeCharSequence(message, StandardCharsets.UTF_8);
    }

    private static void simple(ByteBuf reply, NbdRequest request, int error) {
        reply.writeInt(Protocol.SIMPLE_REPLY_MAGIC).writeInt(error).writeLong(request.cookie());
    }

    /** The header of the only chunk of a reply without data; its payload is to follow in the same buffer. */
    private ByteBuf chunk(NbdRequest request, int type, int payloadBytes) {
        return chunk(room.apply(CHUNK_BYTES + payloadBytes), request, type, payloadBytes);
    }

    private static ByteBuf chunk(ByteBuf reply, NbdRequest request, int type, int payloadBytes) {
        return reply.writeInt(Protocol.STRUCTURED_REPLY_MAGIC)
                .writeShort(Protocol.CHUNK_DONE)
                .writeShort(type)
                .writeLong(request.cookie())
                .writeInt(payloadBytes);
    }
}
