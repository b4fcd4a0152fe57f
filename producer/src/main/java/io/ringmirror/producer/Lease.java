package io.ringmirror.producer;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Until when a source may answer reads (invariant I3): for so long after it handed over the last record that the log has
 * acknowledged. The log took that record after it was handed over, so nobody had fenced this source at that moment; whoever
 * takes the role without its handing over waits as long after his fence before he takes in a write. A read is looked at
 * once it is done, right before its answer, so that a process that was stopped in between does not answer what is old. One
 * that comes too late is kept, and answered when the log acknowledges again: it was true when it was read, as this source
 * was not fenced later either.
 *
 * <p>Any thread asks and keeps; the owner's thread proves, answers what was kept, and closes.
 */
final class Lease {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private final String mirror;
    private final long lengthNs;
    private final LongSupplier clockNs;
    private final Runnable wake;
    private final Queue<Kept> kept = new ConcurrentLinkedQueue<>();
    private volatile long provenNs;
    private volatile DeviceException closed;
    private boolean everProven; // this and what follows are the owner's
    private boolean told;

    private record Kept(Request request, Runnable answer) {}

    /**
     * Does not hold before the log has acknowledged something, so that nobody reads here from whom the ring does not say
     * that he has the role.
     *
     * @param clockNs the monotonic clock
     * @param wake called from any thread when an answer is kept
     */
    Lease(String mirror, Duration length, LongSupplier clockNs, Runnable wake) {
        this.mirror = mirror;
        this.lengthNs = length.toNanos();
        this.clockNs = clockNs;
        this.wake = wake;
        this.provenNs = clockNs.getAsLong() - lengthNs;
    }

    /** Whether a read that is done may be answered now. */
    boolean holds() {
        return clockNs.getAsLong() - provenNs < lengthNs && closed == null;
    }

    /** Answers the request now if the lease holds, else once it does again, or refuses it when this is closed. */
    void answer(Request request, Runnable answer) {
        if (holds()) {
            answer.run();
            return;
        }
        kept.add(new Kept(request, answer));
        if (closed != null) {
            refuseKept();
        } else {
            wake.run();
        }
    }

    /** The log has acknowledged a record that was handed over at this time. */
    void proven(long handedOverNs) {
        everProven = true;
        if (handedOverNs - provenNs > 0) {
            provenNs = handedOverNs;
        }
    }

    /** Gives the answers that were kept if that may be; returns how many. Says once that they wait, and that they do not. */
    int answerKept() {
        if (kept.isEmpty() && !told) {
            return 0;
        }
        if (!holds()) {
            tell();
            return 0;
        }
        if (told) {
            LOG.info("mirror={} the log acknowledges again: reads go on", mirror);
            told = false;
        }
        int count = 0;
        for (Kept next = kept.poll(); next != null; next = kept.poll()) {
            next.answer().run();
            count++;
        }
        return count;
    }

    /** Refuses what is kept and nobody waits for any more. */
    void refuseUnwanted(DeviceException why) {
        kept.removeIf(next -> {
            boolean unwanted = !next.request().wanted();
            if (unwanted) {
                next.request().refuse(why);
            }
            return unwanted;
        });
    }

    private void tell() {
        if (everProven && !told) {
            LOG.warn(
                    "mirror={} reads wait: the log has acknowledged nothing handed over in the last {} ms"
                            + " (source.lease.ms), so another server may have the role; they go on when it does",
                    mirror,
                    lengthNs / 1_000_000);
            told = true;
        }
    }

    /** For good: what is kept, and all that is done later, is refused. */
    void close(DeviceException why) {
        closed = why;
        refuseKept();
    }

    private void refuseKept() {
        for (Kept next = kept.poll(); next != null; next = kept.poll()) {
            next.request().refuse(closed);
        }
    }
}
