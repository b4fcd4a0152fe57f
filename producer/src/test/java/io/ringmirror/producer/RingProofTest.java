package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.producer.Bench.Answer;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.schemas.Event.Fact;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a topic made anew under the ring's name acknowledges is not the ring's word (failure 11). */
class RingProofTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private Bench bench;

    @BeforeEach
    void settle() throws Exception {
        bench = Bench.settled(directory, AckMode.WRITE, Bench.ROOMY);
        assertThat(bench.questions).as("asked behind the fence").hasSize(1);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void inALogNeverUsedNothingIsAnsweredBeforeBrokersSayThatTheTopicIsTheOldOneF11() throws Exception {
        Answer answer = writeInALogNeverUsed();

        assertThat(answer.given()).isFalse();
        assertThat(bench.replica.chain().epoch())
                .as("the new epoch is not believed")
                .isEqualTo(1);
        last().complete(true);
        bench.settle();
        assertThat(answer.good()).isTrue();
    }

    @Test
    void nobodyIsAskedWhereTheOffsetShowsWhoseLogItIsF11() throws Exception {
        bench.write(0, 0, Bench.BLOCK, 1);
        bench.rotate();
        bench.role.released(1);
        int asked = bench.questions.size();
        bench.leaveQuestionsOpen();
        bench.write(0, 0, Bench.BLOCK, 1);
        bench.rotate();
        Answer answer = bench.write(0, 0, Bench.BLOCK, 2);
        bench.settle();

        assertThat(answer.good()).isTrue();
        assertThat(bench.replica.chain().nextLog()).isZero();
        assertThat(bench.questions).hasSize(asked);
    }

    @Test
    void behindTheEndOfATransactionNothingIsAnsweredBeforeBrokersSayThatTheTopicIsTheOldOneF11() throws Exception {
        bench.leaveQuestionsOpen();
        renew();
        Answer answer = bench.write(0, 0, Bench.BLOCK, 1);
        bench.settle();

        assertThat(answer.given()).isFalse();
        last().complete(true);
        bench.settle();
        assertThat(answer.good()).isTrue();
        Answer next = bench.write(0, 0, Bench.BLOCK, 2);
        bench.settle();
        assertThat(next.good()).isTrue();
    }

    @Test
    void anotherTopicAndNoAnswerAreNoConfirmationAndTheQuestionIsPutAgainF11() throws Exception {
        Answer answer = writeInALogNeverUsed();
        int asked = bench.questions.size();
        last().complete(false);
        bench.settle();
        assertThat(bench.questions).as("not at once").hasSize(asked);

        bench.pass(PATIENCE);
        bench.settle();
        last().completeExceptionally(new TimeoutException("told to fail"));
        bench.pass(PATIENCE);
        bench.settle();
        assertThat(answer.given()).isFalse();
        assertThat(bench.questions).hasSize(asked + 2);
        last().complete(true);
        bench.settle();
        assertThat(answer.good()).isTrue();
    }

    @Test
    void aBrokerThatHangsIsPassedByAndTwoQuestionsAreUnderWayAtMost() throws Exception {
        Answer answer = writeInALogNeverUsed();
        int asked = bench.questions.size();
        for (int i = 0; i < 5; i++) {
            bench.pass(PATIENCE);
            bench.settle();
        }
        assertThat(bench.questions).hasSize(asked + 1);
        assertThat(bench.facts)
                .filteredOn(Fact.Stopped.class::isInstance)
                .last()
                .asString()
                .contains("nothing is acknowledged before they do");

        last().complete(true);
        bench.pass(PATIENCE);
        bench.settle();
        assertThat(answer.good()).isTrue();
        bench.facts.clear();
        bench.pass(Bench.BEAT);
        bench.settle();
        assertThat(bench.facts).noneMatch(Fact.Stopped.class::isInstance);
    }

    /** The epoch is sealed, and a write goes into a log that was never used. */
    private Answer writeInALogNeverUsed() throws Exception {
        bench.write(0, 0, Bench.BLOCK, 1);
        bench.settle();
        bench.leaveQuestionsOpen();
        bench.rotate();
        Answer answer = bench.write(0, 0, Bench.BLOCK, 2);
        bench.settle();
        return answer;
    }

    private void renew() throws Exception {
        bench.pass(Bench.TRANSACTION_TIMEOUT.dividedBy(3));
        bench.settle();
        assertThat(bench.ring.calls()).last().isEqualTo("renew");
    }

    private CompletableFuture<Boolean> last() {
        return bench.questions.get(bench.questions.size() - 1);
    }
}
