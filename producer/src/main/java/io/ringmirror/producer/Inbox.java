package io.ringmirror.producer;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.replica.Sleeper;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * What reaches a mirror's owner from other threads: changes in their order, and beside them flushes and reads, so
 * that neither ever waits behind a write that waits. Bounded: what does not fit is refused. One thread takes, any thread offers.
 */
final class Inbox {
    /** More than all clients together may have under way by the front's own limits. */
    private static final int CAPACITY_REQUESTS = 1 << 13;

    private final Queue<Request.Change> changes = new ArrayBlockingQueue<>(CAPACITY_REQUESTS);
    private final Queue<Request.Flush> flushes = new ArrayBlockingQueue<>(CAPACITY_REQUESTS);
    private final Queue<Request> reads = new ArrayBlockingQueue<>(CAPACITY_REQUESTS);
    private final Sleeper sleeper;
    private volatile DeviceException closed;

    Inbox(Sleeper sleeper) {
        this.sleeper = sleeper;
    }

    /** Hands a request to the owner, or refuses it if the owner is gone or too many wait. */
    void offer(Request request) {
        DeviceException gone = closed;
        if (gone != null) {
            request.refuse(gone);
            return;
        }
        if (!queue(request)) {
            request.refuse(new DeviceException(
                    Kind.IO, "more than " + CAPACITY_REQUESTS + " requests are under way; send fewer at a time"));
            return;
        }
        if (closed != null) {
            refuseAll(closed);
        }
        sleeper.wake();
    }

    /** Refuses everything that waits and all that comes after; the first reason stays. */
    void close(DeviceException why) {
        if (closed == null) {
            closed = why;
        }
        refuseAll(closed);
        sleeper.wake();
    }

    Request.Change pollChange() {
        return changes.poll();
    }

    Request.Flush pollFlush() {
        return flushes.poll();
    }

    Request pollRead() {
        return reads.poll();
    }

    private boolean queue(Request request) {
        if (request instanceof Request.Change change) {
            return changes.offer(change);
        } else if (request instanceof Request.Flush flush) {
            return flushes.offer(flush);
        }
        return reads.offer(request);
    }

    private void refuseAll(DeviceException why) {
        for (Queue<? extends Request> queue : List.of(changes, flushes, reads)) {
            Request request;
            while ((request = queue.poll()) != null) {
                request.refuse(why);
            }
        }
    }
}
