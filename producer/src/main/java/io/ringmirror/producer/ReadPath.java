package io.ringmirror.producer;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.volume.CachedExtent;
import io.ringmirror.volume.Extent;
import io.ringmirror.volume.OverlayExtents;
import io.ringmirror.volume.OverlayRead;
import io.ringmirror.volume.VolumeImage;
import io.ringmirror.volume.WriteCache;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Answers reads: what the cache holds is copied on the owner's thread, in one step with everything that changes it; what
 * it does not hold is read from the image on another thread. A block that was not cached at that moment can only become
 * newer, so what the image gives then was true between call and answer.
 */
final class ReadPath {
    private final WriteCache cache;
    private final List<VolumeImage> images;
    private final Executor executor;

    ReadPath(WriteCache cache, List<VolumeImage> images, Executor executor) {
        this.cache = cache;
        this.images = images;
        this.executor = executor;
    }

    /** On the owner's thread. */
    void handle(Request request) {
        if (request instanceof Request.Read read) {
            read(read);
        } else if (request instanceof Request.Extents extents) {
            extents(extents);
        } else {
            throw new IllegalArgumentException("not a read: " + request);
        }
    }

    private void read(Request.Read request) {
        OverlayRead read = OverlayRead.of(cache, request.volume(), request.offsetBytes(), request.target());
        if (read.complete()) {
            request.completion().completed(null);
        } else {
            run(request, () -> request.completion().completed(fromImage(read, request)));
        }
    }

    private DeviceException fromImage(OverlayRead read, Request.Read request) {
        try {
            read.finish(images.get(request.volume()));
            return null;
        } catch (IOException | RuntimeException e) {
            return failed(request.offsetBytes(), e);
        }
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
        } catch (IOException | RuntimeException e) {
            request.refuse(failed(request.offsetBytes(), e));
            return;
        }
        request.completion().completed(extents, null);
    }

    private static DeviceException failed(long offsetBytes, Exception cause) {
        return new DeviceException(
                Kind.IO, "the image cannot be read at offset " + offsetBytes + ": " + cause.getMessage(), cause);
    }
}
