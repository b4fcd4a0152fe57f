package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.ringmirror.volume.Extent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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

    private final ByteBufAllocator allocator;
    private final boolean structured;

    ReplyEncoder(ByteBufAllocator allocator, boolean structured) {
        this.allocator = allocator;
        this.structured = structured;
    }

    /** The whole reply to a request that succeeded and has no data. */
    ByteBuf done(NbdRequest request) {
        return simple(request, 0);
    }

    /** What precedes the data of a READ that succeeded. */
    ByteBuf readHead(NbdRequest request) {
        if (!structured) {
            return simple(request, 0);
        }
        long payloadBytes = Long.BYTES + request.lengthBytes();
        return chunk(request, Protocol.CHUNK_OFFSET_DATA, (int) payloadBytes, Long.BYTES)
                .writeLong(request.offsetBytes());
    }

    /** The whole reply to a BLOCK_STATUS that succeeded; {@code extents} begin where the request does. */
    ByteBuf blockStatus(NbdRequest request, List<Extent> extents) {
        List<Extent> told = told(request, extents);
        int payloadBytes = Integer.BYTES + told.size() * 2 * Integer.BYTES;
        ByteBuf reply = chunk(request, Protocol.CHUNK_BLOCK_STATUS, payloadBytes, payloadBytes)
                .writeInt(Protocol.ALLOCATION_CONTEXT_ID);
        for (Extent extent : told) {
            reply.writeInt((int) extent.lengthBytes())
                    .writeInt(extent.hole() ? Protocol.STATE_HOLE | Protocol.STATE_ZERO : 0);
        }
        return reply;
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
    ByteBuf error(NbdRequest request, Refusal refusal) {
        if (!structured) {
            return simple(request, refusal.error().code());
        }
        String whole = refusal.message();
        String message = whole.substring(0, Math.min(whole.length(), MAX_MESSAGE_CHARS));
        int messageBytes = ByteBufUtil.utf8Bytes(message);
        int payloadBytes = Integer.BYTES + Short.BYTES + messageBytes;
        ByteBuf reply = chunk(request, Protocol.CHUNK_ERROR, payloadBytes, payloadBytes)
                .writeInt(refusal.error().code())
                .writeShort(messageBytes);
        reply.writeCharSequence(message, StandardCharsets.UTF_8);
        return reply;
    }

    private ByteBuf simple(NbdRequest request, int error) {
        return allocator
                .directBuffer(SIMPLE_BYTES)
                .writeInt(Protocol.SIMPLE_REPLY_MAGIC)
                .writeInt(error)
                .writeLong(request.cookie());
    }

    /** The header of the only chunk of a reply, with room for {@code roomBytes} of its payload. */
    private ByteBuf chunk(NbdRequest request, int type, int payloadBytes, int roomBytes) {
        return allocator
                .directBuffer(CHUNK_BYTES + roomBytes)
                .writeInt(Protocol.STRUCTURED_REPLY_MAGIC)
                .writeShort(Protocol.CHUNK_DONE)
                .writeShort(type)
                .writeLong(request.cookie())
                .writeInt(payloadBytes);
    }
}
