package io.ringmirror.producer;

import io.ringmirror.replica.Chain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Whether a log that has a record is this ring's, and not one of a topic made anew under the ring's name: Kafka's producer
 * goes on there without a word. Nearly always the offset shows it, as the new topic's logs begin at 0, below where the
 * chain goes on. It shows nothing in two places: in a log that was never used, where 0 is what is expected, and wherever a
 * transaction has ended, whose markers take offsets in the new topic too. The first record there is believed, and with it
 * those behind it, once brokers say that the topic has its old id, asked after they had the record. The owner's thread
 * only; the question is put by others.
 */
final class RingProof {
    /** A broker that hangs does not hold it up: the next question goes to another. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final int MOST_QUESTIONS = 2;

    private final Chain chain;
    private final Supplier<CompletableFuture<Boolean>> ringStands;
    private final Runnable wake;
    private final List<CompletableFuture<Boolean>> questions = new ArrayList<>();
    private boolean owed = true;
    private boolean heldUp;
    private long askedNs;

    /**
     * Begins behind the fence, which ended a transaction.
     *
     * @param ringStands asks whether the topic is the ring's own; what fails is asked again
     * @param wake called from another thread when there is an answer
     */
    RingProof(Chain chain, Supplier<CompletableFuture<Boolean>> ringStands, Runnable wake) {
        this.chain = chain;
        this.ringStands = ringStands;
        this.wake = wake;
    }

    /** A transaction has ended. No question is open then: what one is about would still be under way. */
    void renewed() {
        owed = true;
    }

    /** Whether a record that a log has, the next of the chain, is in the ring; asks if that is not known. */
    boolean covers(Append next, long nowNs) {
        if (next.opens() && chain.trail(next.log()).isEmpty()) {
            owed = true;
        }
        return !owed || settle(nowNs);
    }

    /** Why nothing is answered, while brokers do not confirm the ring. */
    Optional<String> standstill() {
        return heldUp
                ? Optional.of("brokers do not say that the ring's topic is still the one that this replica follows;"
                        + " nothing is acknowledged before they do")
                : Optional.empty();
    }

    private boolean settle(long nowNs) {
        if (!isConfirmed()) {
            askIfDue(nowNs);
        }
        owed = !isConfirmed();
        if (!owed) {
            heldUp = false;
            questions.clear();
        }
        return !owed;
    }

    private void askIfDue(long nowNs) {
        if (questions.isEmpty()) {
            ask(nowNs);
        } else if (nowNs - askedNs >= PATIENCE_NS) {
            heldUp = true;
            questions.removeIf(CompletableFuture::isDone);
            if (questions.size() < MOST_QUESTIONS) {
                ask(nowNs);
            }
        }
    }

    private void ask(long nowNs) {
        CompletableFuture<Boolean> question = ringStands.get();
        questions.add(question);
        askedNs = nowNs;
        CompletableFuture<Void> unused = question.handle((stands, problem) -> {
            wake.run();
            return null;
        });
    }

    private boolean isConfirmed() {
        return questions.stream()
                .anyMatch(question -> question.isDone() && !question.isCompletedExceptionally() && question.join());
    }
}
