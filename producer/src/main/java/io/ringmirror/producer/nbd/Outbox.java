package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection's replies on their way to the network, batch by batch: replies without data share a buffer, and the
 * permits of a batch end together, when the network has all of it or is gone. Batches are short and no write's permit
 * waits for data behind it, so that a client which leaves data unread holds no more than that. Owned by the event loop;
 * whoever adds flushes before it leaves the loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, which is handled there
final class Outbox {
    private static final int SHARED_BYTES = 4096;
    /** The most data of one batch, except that longer data is one by itself. */
    private static final int MAX_BATCH_BYTES = 64 << 10;

    private final Channel channel;
    private final Runnable whenEnded;
    private List<ConnectionPermits.Permit> permits = new ArrayList<>();
    private ByteBuf last; // not written yet: what is written last carries the end of the permits
    private boolean shared;
    private int batchBytes;

    /** @param whenEnded run on the event loop after permits have ended */
    Outbox(Channel channel, Runnable whenEnded) {
        this.channel = channel;
        this.whenEnded = whenEnded;
    }

    /** Where a reply without data is written: a buffer with room for so much. */
    ByteBuf room(int bytes) {
        if (last == null || !shared || last.writableBytes() < bytes) {
            int capacityBytes = Math.max(SHARED_BYTES, bytes);
            follow(channel.alloc().directBuffer(capacityBytes, capacityBytes), true);
        }
        return last;
    }

    /** The reply written into the {@link #room} is complete. */
    void added(ConnectionPermits.Permit permit) {
        permits.add(permit);
    }

    /** Adds a reply with data. */
    void add(ByteBuf reply, ConnectionPermits.Permit permit) {
        int bytes = reply.readableBytes();
        if (last != null && (shared || batchBytes + bytes > MAX_BATCH_BYTES)) {
            endBatch();
        }
        follow(reply, false);
        permits.add(permit);
        batchBytes += bytes;
    }

    /** Sends everything added. */
    void flush() {
        if (last != null) {
            endBatch();
        }
        channel.flush();
    }

    private void follow(ByteBuf next, boolean nextIsShared) {
        if (last != null) {
            channel.write(last);
        }
        last = next;
        shared = nextIsShared;
    }

    private void endBatch() {
        List<ConnectionPermits.Permit> batch = permits;
        ByteBuf end = last;
        permits = new ArrayList<>(batch.size());
        last = null;
        batchBytes = 0;
        channel.write(end).addListener(written -> {
            batch.forEach(ConnectionPermits.Permit::end);
            whenEnded.run();
        });
    }
}
