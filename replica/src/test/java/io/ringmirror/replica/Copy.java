package io.ringmirror.replica;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.volume.FrozenCache;
import io.ringmirror.volume.MemoryImage;
import io.ringmirror.volume.VolumeImage;
import io.ringmirror.volume.WriteCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** A copy of the volumes of {@link Histories} in memory, brought forward by a follower through a small cache. */
final class Copy implements AutoCloseable {
    static final VolumeTable VOLUMES = new VolumeTable(List.of(
            new Definition.Volume("disk", Histories.DISK_BYTES), new Definition.Volume("swap", Histories.SWAP_BYTES)));

    private final List<MemoryImage> images =
            List.of(new MemoryImage(Histories.DISK_BYTES), new MemoryImage(Histories.SWAP_BYTES));
    private final WriteCache cache;
    private final Chain chain;
    private final Follower follower;

    Copy(MemoryRing ring, Chain chain, long cacheBytes) {
        this.cache = new WriteCache(cacheBytes, VOLUMES.size());
        this.chain = chain;
        this.follower = new Follower(ring.reader(), chain, VOLUMES, cache);
    }

    /** Takes everything there is, flushing where the cache is full; returns how often it was. */
    int toEnd() {
        int full = 0;
        Follower.Outcome outcome;
        while ((outcome = follower.step(Duration.ZERO)) != Follower.Outcome.IDLE) {
            if (outcome == Follower.Outcome.FULL) {
                full++;
                flush();
            }
        }
        return full;
    }

    void flush() {
        FrozenCache frozen = cache.freeze();
        try {
            frozen.writeTo(List.<VolumeImage>copyOf(images));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cache.thaw();
    }

    Chain chain() {
        return chain;
    }

    Follower follower() {
        return follower;
    }

    WriteCache cache() {
        return cache;
    }

    byte[] content(int volume) {
        return images.get(volume).content();
    }

    /** What the volume must hold after these records. */
    static byte[] model(int volume, List<LogRecord> records) {
        ByteBuffer content = ByteBuffer.allocate((int) VOLUMES.volume(volume).sizeBytes());
        for (LogRecord record : records) {
            if (record.body() instanceof LogBody.Data data
                    && data.volume().equals(VOLUMES.volume(volume).name())) {
                apply(data, content);
            }
        }
        return content.array();
    }

    private static void apply(LogBody.Data data, ByteBuffer content) {
        if (data instanceof LogBody.Write write) {
            content.put((int) write.offsetBytes(), write.data(), 0, write.data().remaining());
        } else if (data instanceof LogBody.WriteZeroes zeroes) {
            content.put((int) zeroes.offsetBytes(), new byte[(int) zeroes.lengthBytes()]);
        } else if (data instanceof LogBody.Discard discard) {
            content.put((int) discard.offsetBytes(), new byte[(int) discard.lengthBytes()]);
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
