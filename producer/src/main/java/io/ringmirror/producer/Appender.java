package io.ringmirror.producer;

import io.ringmirror.producer.RingProducer.FencedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of records that the log does not yet have: hands them to the producer in order, gives them back in order
 * once they are in the log, and sends all of them again, in order and with the same bytes, after a failure. The owner's
 * thread only; renewals of the transaction block and run on an executor, and meanwhile nothing is sent.
 *
 * <p>Bounded by the owner, which adds nothing while {@link #full}. What cannot be mended by sending again ends it:
 * {@link #fatal} says why.
 */
final class Appender {
    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

    private final String mirror;
    private final RingProducer producer;
    private final Executor executor;
    private final Runnable wake;
    private final Retries retries;
    private final long maxBytes;
    private final Deque<Append> unsent = new ArrayDeque<>();
    private final Deque<Append> sent = new ArrayDeque<>();
    private long queuedBytes;
    private long sentBytes;
    private State state = State.SENDING;
    private CompletableFuture<Void> renewal;
    private int failedRenewals;
    private boolean unanswered;
    private Exception fatal;

    private enum State {
        /** Records are handed over as they come. */
        SENDING,
        /** A renewal is due: nothing more is handed over until the log has what was. */
        DRAINING,
        /** An append failed; the transaction is renewed when a pause is over. */
        FAILED,
        /** The transaction is being renewed; what was handed over and failed is then sent again. */
        RENEWING,
        /** Nothing can be appended any more. */
        FATAL
    }

    /**
     * Starts empty, with the producer fenced and its transaction begun.
     *
     * @param maxBytes most bytes in the producer's hands, and in the queue before it is full
     * @param wake called from other threads when there is something to do
     * @param retries paces and tells what is tried again
     */
    Appender(String mirror, RingProducer producer, Executor executor, long maxBytes, Runnable wake, Retries retries) {
        this.mirror = mirror;
        this.producer = producer;
        this.executor = executor;
        this.maxBytes = maxBytes;
        this.wake = wake;
        this.retries = retries;
    }

    /** True when no further request should be taken in; a request that was may still add all its parts. */
    boolean full() {
        return queuedBytes >= maxBytes;
    }

    boolean isEmpty() {
        return unsent.isEmpty() && sent.isEmpty();
    }

    /** True when it is empty and no renewal is under way. */
    boolean atRest() {
        return isEmpty() && renewal == null;
    }

    long queuedBytes() {
        return queuedBytes;
    }

    void add(Append append) {
        unsent.add(append);
        queuedBytes += append.sizeBytes();
    }

    /** Nobody who is gone is kept as waiting for a record; the records stay. */
    void refuseUnwanted(DeviceException why) {
        unsent.forEach(append -> append.refuseUnwanted(why));
        sent.forEach(append -> append.refuseUnwanted(why));
    }

    /** The record added last that the log does not have yet; null if it has all. */
    Append last() {
        return unsent.isEmpty() ? sent.peekLast() : unsent.peekLast();
    }

    /**
     * Hands over what may be handed over now; returns how many records. What the producer cannot take without waiting
     * stays and is tried again at the next call: nothing has failed.
     */
    int send(long nowNs) {
        if (state == State.SENDING || state == State.DRAINING) {
            seeToFailure(nowNs);
        }
        if ((state == State.DRAINING && sent.isEmpty()) || (state == State.FAILED && retries.due(nowNs))) {
            beginRenewal();
        }
        int count = 0;
        while (state == State.SENDING && !unsent.isEmpty() && maySend(unsent.peek())) {
            Append append = unsent.peek();
            append.handOver(nowNs);
            if (!producer.send(append.log(), append.value(), append)) {
                return count;
            }
            sent.add(unsent.poll());
            sentBytes += append.sizeBytes();
            count++;
            if (append.failure() != null) {
                return count;
            }
        }
        return count;
    }

    /** The oldest record, if the log has it; it stays until it is {@link #remove removed}. Null if its outcome is open. */
    Append acknowledged() {
        Append oldest = sent.peek();
        boolean open = oldest == null || !oldest.known() || oldest.failure() != null;
        return open || state == State.FAILED || state == State.RENEWING || state == State.FATAL ? null : oldest;
    }

    /** The oldest record, which the log has, leaves the queue. */
    void remove() {
        Append oldest = sent.remove();
        sentBytes -= oldest.sizeBytes();
        queuedBytes -= oldest.sizeBytes();
        retries.succeeded();
    }

    /**
     * Has the transaction renewed in the background, as soon as the log has all that was sent: what is under way then
     * would be given up with it.
     */
    void renew() {
        if (state == State.SENDING) {
            state = State.DRAINING;
        }
    }

    /** Sees to a renewal that has ended; returns true if one had. */
    boolean finishRenewal() {
        if (renewal == null || !renewal.isDone()) {
            return false;
        }
        CompletableFuture<Void> ended = renewal;
        renewal = null;
        try {
            ended.join();
            failedRenewals = 0;
            answered();
            takeBackSent();
            state = State.SENDING;
        } catch (CompletionException e) {
            renewalFailed(e.getCause());
        }
        return true;
    }

    /** Why writers wait, while the brokers refuse what is appended. */
    Optional<String> standstill() {
        return retries.standstill();
    }

    /** Why nothing can be appended any more; then the owner gives the mirror up. */
    Optional<Exception> fatal() {
        return Optional.ofNullable(fatal);
    }

    /** Refuses everybody who waits for a record, for good: the queue is dropped. */
    void abandon(DeviceException why) {
        sent.forEach(append -> append.complete(why));
        unsent.forEach(append -> append.complete(why));
        sent.clear();
        unsent.clear();
        queuedBytes = 0;
        sentBytes = 0;
    }

    private boolean maySend(Append next) {
        boolean behindSeal = !sent.isEmpty() && sent.peekLast().seals();
        boolean room = sent.isEmpty() || sentBytes + next.sizeBytes() <= maxBytes;
        return !behindSeal && room;
    }

    /** Whether the oldest record failed; what is behind it is sent again with it. */
    private void seeToFailure(long nowNs) {
        Append oldest = sent.peek();
        Exception failure = oldest == null || !oldest.known() ? null : oldest.failure();
        if (failure instanceof ProducerFencedException) {
            giveUp(new FencedException("a newer owner has fenced this one: " + failure.getMessage(), failure));
        } else if (failure instanceof InvalidTopicException || failure instanceof UnsupportedVersionException) {
            giveUp(failure);
        } else if (failure != null) {
            retries.failed(failure, sent.size(), nowNs);
            state = State.FAILED;
        }
    }

    /** A failed one may have to be made once more, as after any other failed call; after a second the producer is at its end. */
    private void renewalFailed(Throwable problem) {
        if (problem instanceof RetriableException) {
            tellUnanswered(problem);
            beginRenewal();
        } else if (problem instanceof KafkaException && failedRenewals == 0) {
            failedRenewals++;
            beginRenewal();
        } else {
            giveUp(problem instanceof Exception exception ? exception : new IllegalStateException(problem));
        }
    }

    private void tellUnanswered(Throwable problem) {
        if (!unanswered) {
            unanswered = true;
            LOG.warn(
                    "mirror={} brokers did not end a transaction in time, they are asked until they do: {}",
                    mirror,
                    problem.getMessage());
        }
    }

    private void answered() {
        if (unanswered) {
            unanswered = false;
            LOG.info("mirror={} brokers answer again", mirror);
        }
    }

    private void giveUp(Exception reason) {
        fatal = reason;
        state = State.FATAL;
    }

    /** What was handed over goes to the head of the queue again, in its order. */
    private void takeBackSent() {
        while (!sent.isEmpty()) {
            Append append = sent.pollLast();
            append.reset();
            unsent.addFirst(append);
        }
        sentBytes = 0;
    }

    private void beginRenewal() {
        state = State.RENEWING;
        renewal = CompletableFuture.runAsync(
                () -> {
                    try {
                        producer.renew();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                executor);
        CompletableFuture<Void> unused = renewal.whenComplete((nothing, problem) -> wake.run());
    }
}
