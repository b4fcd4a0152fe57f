package io.ringmirror.producer;

import io.ringmirror.replica.VolumeTable;
import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.serde.RingEncoder;
import io.ringmirror.volume.WriteCache;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Steps 2 and 3 of a write's journey, on the owner's thread: a change is numbered, put into the first cache and queued
 * for the log, in one step, or it waits whole. A large write is split into records at the ends of blocks; its parts stay
 * in one epoch and it is answered when the last one is.
 */
final class WritePath {
    /** Payload of the largest record; the ring's max.message.bytes leaves room for what is around it. */
    static final int MAX_DATA_BYTES = 1 << 20;

    /** Most flushes that wait for one record; further ones wait in the inbox, which is bounded. */
    static final int MAX_WAITING = 1 << 12;

    private final VolumeTable volumes;
    private final WriteCache cache;
    private final Numbering numbering;
    private final Appender appender;
    private final RingEncoder encoder;
    private final SourceSettings.AckMode ack;
    private final Append.Told told;
    private final CRC32C crc = new CRC32C();

    WritePath(
            VolumeTable volumes,
            WriteCache cache,
            Numbering numbering,
            Appender appender,
            RingEncoder encoder,
            SourceSettings.AckMode ack,
            Append.Told told) {
        this.volumes = volumes;
        this.cache = cache;
        this.numbering = numbering;
        this.appender = appender;
        this.encoder = encoder;
        this.ack = ack;
        this.told = told;
    }

    /** Takes a change in, or returns false if the cache has no room for all of it; nothing has changed then. */
    boolean take(Request.Change change) {
        if (change instanceof Request.Write write) {
            if (!cache.fits(write.volume(), write.offsetBytes(), write.lengthBytes())) {
                return false;
            }
            takeParts(write);
        } else {
            Request.Zero zero = (Request.Zero) change;
            if (!cache.zero(zero.volume(), zero.offsetBytes(), zero.lengthBytes(), zero.discard())) {
                return false;
            }
            append(numbering.data(zeroBody(zero)));
        }
        answer(change);
        return true;
    }

    /**
     * Answers a flush when the log has everything queued so far: at once if it has. Returns false if too many wait for
     * the same record already.
     */
    boolean flush(Request.Flush request) {
        Append last = appender.last();
        if (last != null && last.waiting() >= MAX_WAITING) {
            return false;
        }
        barrier(request.completion());
        return true;
    }

    /** Queues a sign of life. */
    void beat() {
        append(numbering.beat());
    }

    /** Queues a record for the open epoch's log. */
    void append(LogRecord record) {
        appender.add(new Append(numbering.log(), record, encoder.encode(record), told));
    }

    private void takeParts(Request.Write write) {
        ByteBuffer data = write.data();
        int start = data.position();
        int lengthBytes = data.remaining();
        int partBytes;
        for (int taken = 0; taken < lengthBytes; taken += partBytes) {
            int at = start + taken;
            long offsetBytes = write.offsetBytes() + taken;
            partBytes = Math.min(mostBytesAt(offsetBytes), lengthBytes - taken);
            data.limit(at + partBytes).position(at);
            takePart(write.volume(), offsetBytes, data);
        }
        data.limit(start + lengthBytes).position(start);
    }

    /** Parts end where blocks do: a block written in two parts could need more room than the whole write does. */
    private static int mostBytesAt(long offsetBytes) {
        return MAX_DATA_BYTES - (int) (offsetBytes % SourceSettings.BLOCK_BYTES);
    }

    /** The buffer is the request's own: no view of it is made for each write, its bounds are moved instead. */
    private void takePart(int volume, long offsetBytes, ByteBuffer data) {
        if (!cache.write(volume, offsetBytes, data)) {
            throw new IllegalStateException("the cache refused a part of a write that fits");
        }
        int payloadBytes = data.remaining();
        int crc32c = Crc.of(data, crc);
        numbering.next(crc32c, payloadBytes);
        byte[] value = encoder.write(
                numbering.term(),
                numbering.epoch(),
                numbering.sequence(),
                volumes.volume(volume).name(),
                offsetBytes,
                crc32c,
                data);
        appender.add(new Append(numbering, crc32c, payloadBytes, value, told));
    }

    private LogBody.Data zeroBody(Request.Zero zero) {
        String name = volumes.volume(zero.volume()).name();
        int crc32c = Crc.ofRange(zero.offsetBytes(), zero.lengthBytes());
        return zero.discard()
                ? new LogBody.Discard(name, zero.offsetBytes(), zero.lengthBytes(), crc32c)
                : new LogBody.WriteZeroes(name, zero.offsetBytes(), zero.lengthBytes(), crc32c);
    }

    private void barrier(BlockDevice.Completion completion) {
        Append last = appender.last();
        if (last == null) {
            completion.completed(null);
        } else {
            last.onAcknowledged(completion);
        }
    }

    private void answer(Request.Change change) {
        if (ack == SourceSettings.AckMode.WRITE || change.forceUnitAccess()) {
            barrier(change.completion());
        } else {
            change.completion().completed(null);
        }
    }
}
