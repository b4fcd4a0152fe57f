package io.ringmirror.producer;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.replica.Sleeper;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * What reaches a mirror's owner from other threads: changes in their order, and reads beside them, so that a read never
 * waits behind a write that waits. Bounded: what does not fit is refused. One thread takes, any thread offers.
 */
final class Inbox {
    /** More than all clients together may have under way by the front's own limits. */
    private static final int CAPACITY_REQUESTS = 1 << 13;

    private final Queue<Request.Ordered> ordered = new ArrayBlockingQueue<>(CAPACITY_REQUESTS);
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
        boolean taken = request instanceof Request.Ordered change ? ordered.offer(change) : reads.offer(request);
        if (!taken) {
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

    Request.Ordered pollOrdered() {
        return ordered.poll();
    }

    Request pollRead() {
        return reads.poll();
    }

    private void refuseAll(DeviceException why) {
        Request request;
        while ((request = ordered.poll()) != null) {
            request.refuse(why);
        }
        while ((request = reads.poll()) != null) {
            request.refuse(why);
        }
    }
}
