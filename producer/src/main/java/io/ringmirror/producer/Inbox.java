package io.ringmirror.producer;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.replica.Sleeper;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jctools.queues.MpscArrayQueue;

/**
 * What reaches a mirror's owner from other threads: changes in their order, and beside them flushes and reads, so
 * that neither ever waits behind a write that waits. It has room for {@link BlockDevice#MAX_REQUESTS} of each; what does
 * not fit is refused. Any thread offers; one takes,
 * and closes. No lock is taken before it is closed.
 */
final class Inbox {
    private final Queue<Request.Change> changes = new MpscArrayQueue<>(BlockDevice.MAX_REQUESTS);
    private final Queue<Request.Flush> flushes = new MpscArrayQueue<>(BlockDevice.MAX_REQUESTS);
    private final Queue<Request> reads = new MpscArrayQueue<>(BlockDevice.MAX_REQUESTS);
    private final Sleeper sleeper;
    private final Queue<Request.Change> looked = new ArrayDeque<>(); // through, for whom is gone; the taker's
    private final Queue<Request.Flush> lookedFlushes = new ArrayDeque<>();
    private volatile boolean someLeft;
    private volatile DeviceException closed;

    Inbox(Sleeper sleeper) {
        this.sleeper = sleeper;
    }

    /** Keeps a request for the owner, who is to be woken, or refuses it if the owner is gone or too many wait. */
    void offer(Request request) {
        DeviceException gone = closed;
        if (gone != null) {
            request.refuse(gone);
            return;
        }
        if (!queue(request)) {
            request.refuse(new DeviceException(
                    Kind.IO,
                    "more than " + BlockDevice.MAX_REQUESTS + " requests are under way; send fewer at a time"));
            return;
        }
        if (closed != null) {
            refuseAll(closed);
        }
    }

    /** Refuses everything that waits and all that comes after; only the first call counts. Called by whoever takes. */
    void close(DeviceException why) {
        if (closed == null) {
            closed = why;
            refuseAll(why);
            sleeper.wake();
        }
    }

    Request.Change pollChange() {
        Request.Change next = poll(looked);
        return next == null ? poll(changes) : next;
    }

    /** Some of those who asked are gone; from any thread. */
    void left() {
        someLeft = true;
        sleeper.wake();
    }

    /** Whether some have gone since this was asked last. */
    boolean haveSomeLeft() {
        boolean some = someLeft;
        if (some) {
            someLeft = false;
        }
        return some;
    }

    /**
     * Refuses the changes and flushes that wait here and that nobody waits for any more; the others keep their order. Reads
     * never wait here for long.
     */
    void refuseUnwanted(DeviceException why) {
        refuseUnwanted(changes, looked, why);
        refuseUnwanted(flushes, lookedFlushes, why);
    }

    private <R extends Request> void refuseUnwanted(Queue<R> queue, Queue<R> kept, DeviceException why) {
        for (R next = poll(queue); next != null; next = poll(queue)) {
            kept.add(next);
        }
        kept.removeIf(request -> {
            boolean unwanted = !request.wanted();
            if (unwanted) {
                request.refuse(why);
            }
            return unwanted;
        });
    }

    Request.Flush pollFlush() {
        Request.Flush next = poll(lookedFlushes);
        return next == null ? poll(flushes) : next;
    }

    Request pollRead() {
        return poll(reads);
    }

    /** The queues allow one taker at a time: the owner until it has closed, then whoever holds the lock. */
    private <R> R poll(Queue<R> queue) {
        return closed == null ? queue.poll() : null;
    }

    private boolean queue(Request request) {
        if (request instanceof Request.Change change) {
            return changes.offer(change);
        } else if (request instanceof Request.Flush flush) {
            return flushes.offer(flush);
        }
        return reads.offer(request);
    }

    /** What slipped in while it was being closed is refused by its own thread, hence the lock. */
    private synchronized void refuseAll(DeviceException why) {
        for (Queue<? extends Request> queue : List.of(looked, changes, lookedFlushes, flushes, reads)) {
            Request request;
            while ((request = queue.poll()) != null) {
                request.refuse(why);
            }
        }
    }
}
