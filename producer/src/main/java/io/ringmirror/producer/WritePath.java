package io.ringmirror.producer;

import io.ringmirror.replica.VolumeTable;
import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.volume.WriteCache;
import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Steps 2 and 3 of a write's journey, on the owner's thread: a change is numbered, put into the first cache and queued
 * for the log, in one step, or it waits whole. A large write is split into records; its parts stay in one epoch and it is
 * answered when the last one is.
 */
final class WritePath {
    /** Payload of the largest record; the ring's max.message.bytes leaves room for what is around it. */
    static final int MAX_DATA_BYTES = 1 << 20;

    /** Most flushes that wait for one record; further ones wait in the inbox, which is bounded. */
    static final int MAX_WAITING = 1 << 12;

    private final String topic;
    private final VolumeTable volumes;
    private final WriteCache cache;
    private final Numbering numbering;
    private final Appender appender;
    private final Serializer<LogRecord> serializer;
    private final SourceSettings.AckMode ack;
    private final Runnable wake;

    WritePath(
            String topic,
            VolumeTable volumes,
            WriteCache cache,
            Numbering numbering,
            Appender appender,
            Serializer<LogRecord> serializer,
            SourceSettings.AckMode ack,
            Runnable wake) {
        this.topic = topic;
        this.volumes = volumes;
        this.cache = cache;
        this.numbering = numbering;
        this.appender = appender;
        this.serializer = serializer;
        this.ack = ack;
        this.wake = wake;
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
        if (appender.last().map(Append::waiting).orElse(0) >= MAX_WAITING) {
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
        appender.add(new Append(numbering.log(), record, serializer.serialize(topic, record), wake));
    }

    private void takeParts(Request.Write write) {
        String name = volumes.volume(write.volume()).name();
        ByteBuffer data = write.data();
        long offset = write.offsetBytes();
        for (int at = data.position(); at < data.limit(); at += MAX_DATA_BYTES) {
            ByteBuffer part = data.slice(at, Math.min(MAX_DATA_BYTES, data.limit() - at));
            if (!cache.write(write.volume(), offset, part)) {
                throw new IllegalStateException("the cache refused a part of a write that fits");
            }
            append(numbering.data(new LogBody.Write(name, offset, part, Crc.of(part))));
            offset += part.remaining();
        }
    }

    private LogBody.Data zeroBody(Request.Zero zero) {
        String name = volumes.volume(zero.volume()).name();
        int crc = Crc.ofRange(zero.offsetBytes(), zero.lengthBytes());
        return zero.discard()
                ? new LogBody.Discard(name, zero.offsetBytes(), zero.lengthBytes(), crc)
                : new LogBody.WriteZeroes(name, zero.offsetBytes(), zero.lengthBytes(), crc);
    }

    private void barrier(BlockDevice.Completion completion) {
        appender.last().ifPresentOrElse(last -> last.onAcknowledged(completion), () -> completion.completed(null));
    }

    private void answer(Request.Change change) {
        if (ack == SourceSettings.AckMode.WRITE || change.forceUnitAccess()) {
            barrier(change.completion());
        } else {
            change.completion().completed(null);
        }
    }
}
