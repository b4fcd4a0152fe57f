package io.ringmirror.producer;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.volume.CachedExtent;
import io.ringmirror.volume.Extent;
import io.ringmirror.volume.OverlayExtents;
import io.ringmirror.volume.OverlayRead;
import io.ringmirror.volume.Reason;
import io.ringmirror.volume.VolumeImage;
import io.ringmirror.volume.WriteCache;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Answers reads: what the cache holds is copied in the owner's turn, in one step with everything that changes it, and so is
 * what the image has in memory; the rest is read from the image on another thread. A block that was not cached at that
 * moment can only become newer, so what the image gives then was true between call and answer. It is answered while the
 * {@link Lease} holds.
 */
final class ReadPath {
    /** The longest read for which a turn is taken, or lengthened, to copy from memory. */
    private static final int MAX_SHORT_BYTES = 64 << 10;

    private final WriteCache cache;
    private final List<VolumeImage> images;
    private final Executor executor;
    private final Turn turn;
    private final Lease lease;

    ReadPath(WriteCache cache, List<VolumeImage> images, Executor executor, Turn turn, Lease lease) {
        this.cache = cache;
        this.images = images;
        this.executor = executor;
        this.turn = turn;
        this.lease = lease;
    }

    /** On the owner's thread. */
    void handle(Request request) {
        if (request instanceof Request.Read read) {
            finish(lookUp(read), read);
        } else if (request instanceof Request.Extents extents) {
            extents(extents);
        } else {
            throw new IllegalArgumentException("not a read: " + request);
        }
    }

    /** On any thread: answers a short read without the owner if it can have the turn, else returns false. */
    boolean handleBetweenSteps(Request.Read request) {
        if (request.target().remaining() > MAX_SHORT_BYTES || !turn.tryTake()) {
            return false;
        }
        OverlayRead read;
        try {
            read = lookUp(request);
        } finally {
            turn.give();
        }
        finish(read, request);
        return true;
    }

    private OverlayRead lookUp(Request.Read request) {
        OverlayRead read = OverlayRead.of(cache, request.volume(), request.offsetBytes(), request.target());
        if (request.target().remaining() <= MAX_SHORT_BYTES) {
            read.finishInMemory(images.get(request.volume()));
        }
        return read;
    }

    private void finish(OverlayRead read, Request.Read request) {
        if (read.complete()) {
            answer(request);
        } else {
            run(request, () -> fromImage(read, request));
        }
    }

    private void fromImage(OverlayRead read, Request.Read request) {
        try {
            read.finish(images.get(request.volume()));
        } catch (IOException | RuntimeException | Error e) {
            request.refuse(failed(request.offsetBytes(), e));
            return;
        }
        answer(request);
    }

    private void answer(Request.Read request) {
        lease.answer(request, () -> request.completion().completed(null));
    }

    private void extents(Request.Extents request) {
        List<CachedExtent> cached = cache.extents(request.volume(), request.offsetBytes(), request.lengthBytes());
        run(request, () -> extentsOfImage(request, cached));
    }

    private void run(Request request, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            request.refuse(new DeviceException(Kind.SHUTDOWN, "the server stops; the image is not read any more", e));
        }
    }

    private void extentsOfImage(Request.Extents request, List<CachedExtent> cached) {
        List<Extent> extents;
        try {
            VolumeImage image = images.get(request.volume());
            extents = OverlayExtents.merge(cached, image.extents(request.offsetBytes(), request.lengthBytes()));
        } catch (IOException | RuntimeException | Error e) {
            request.refuse(failed(request.offsetBytes(), e));
            return;
        }
        lease.answer(request, () -> request.completion().completed(extents, null));
    }

    /** An error, as of memory, is told like a failure: a request that nobody answers would keep its permits for ever. */
    private static DeviceException failed(long offsetBytes, Throwable cause) {
        return new DeviceException(
                Kind.IO, "the image cannot be read at offset " + offsetBytes + ": " + Reason.of(cause), cause);
    }
}
