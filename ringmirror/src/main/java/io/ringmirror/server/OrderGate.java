package io.ringmirror.server;

import io.ringmirror.replica.control.EventPublisher.Answer;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Says whether an order about roles may be carried out here and now. The mirror's owner answers it in the events, and the
 * log's time of that answer is how late it is: a server that was stopped, or cut off, learns there that an order is old.
 * Blocks until the answer is in the topic, within a bound.
 */
final class OrderGate {
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(10);

    private final MirrorStarter starter;

    OrderGate(MirrorStarter starter) {
        this.starter = starter;
    }

    /** Why the order is not to be carried out, in one line; empty if it is. */
    Optional<String> reasonAgainst(Order order, RunningMirror mirror) {
        Action action = order.command().action();
        boolean wantsSource = action == Action.DEMOTE;
        if (wantsSource != (mirror.role() == Role.SOURCE)) {
            return Optional.of(wantsSource ? "this server is not the source" : "this server is the source already");
        }
        Optional<String> unfit = wantsSource ? Optional.empty() : starter.unfitForSource();
        if (unfit.isPresent()) {
            return unfit;
        }
        if (wantsSource ? !order.isOfTerm(mirror.term()) : isOfEarlierTerm(order, mirror)) {
            return Optional.of("the order was given in term "
                    + order.command().conditions().expectedTerm().orElseThrow() + ", and it is term " + mirror.term());
        }
        return order.logTimeMs().isEmpty() ? Optional.empty() : answered(order, mirror);
    }

    /** What a destination has read may be behind; the ring is read to its end before the role is taken. */
    private static boolean isOfEarlierTerm(Order order, RunningMirror mirror) {
        return mirror.term() > order.command().conditions().expectedTerm().orElse(Long.MAX_VALUE);
    }

    private Optional<String> answered(Order order, RunningMirror mirror) {
        CompletableFuture<Answer> logged = starter.answerTo(order.command().commandId(), ANSWER_BOUND);
        mirror.run().tell(new Fact.Ready(order.command().commandId()));
        Answer answer;
        try {
            answer = logged.join();
        } catch (CompletionException e) {
            return Optional.of("no event could be sent within " + ANSWER_BOUND.toSeconds()
                    + " s, so that nobody knows how late the order is");
        }
        if (answer.fact() instanceof Fact.Refused refused) {
            return Optional.of(refused.reason());
        }
        long lateMs = answer.logTimeMs() - order.deadlineMs();
        return lateMs <= 0
                ? Optional.empty()
                : Optional.of("the order came late: its time to live of " + order.lifeMs() + " ms was over " + lateMs
                        + " ms before");
    }
}
