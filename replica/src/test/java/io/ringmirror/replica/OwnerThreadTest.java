package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OwnerThreadTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final List<String> calls = new CopyOnWriteArrayList<>();

    @Test
    void anOwnerThatIsToldToStopFinishesInStepsAndThenEnds() throws Exception {
        OwnerThread thread = thread(new Recorder() {
            private int left = 3;

            @Override
            public boolean finish(long nowNs) {
                calls.add("finish");
                return --left == 0;
            }
        });
        thread.start();
        thread.close(BOUND);
        thread.ended().get(1, TimeUnit.SECONDS);
        assertThat(calls)
                .containsSubsequence("finish", "finish", "finish", "end well")
                .endsWith("end well");
        thread.close(BOUND);
        assertThat(calls.stream().filter(call -> call.startsWith("end"))).hasSize(1);
    }

    /** The stop comes while a step has nothing to do: what is unfinished must not be left so. */
    @Test
    void aStopDuringAStepWithoutWorkIsFollowedByFinish() throws Exception {
        CountDownLatch inStep = new CountDownLatch(1);
        Thread closer = Thread.currentThread();
        OwnerThread thread = thread(new Recorder() {
            @Override
            public boolean step(long nowNs) {
                inStep.countDown();
                while (closer.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
                return false;
            }
        });
        thread.start();
        inStep.await();
        thread.close(BOUND);
        assertThat(calls).containsExactly("finish", "end well");
    }

    @Test
    void aStepThatFailsEndsTheOwnerAndSaysWhy() {
        OwnerThread thread = thread(new Recorder() {
            @Override
            public boolean step(long nowNs) throws Exception {
                throw new IOException("disk gone");
            }
        });
        thread.start();
        assertThatThrownBy(() -> thread.ended().get(30, TimeUnit.SECONDS)).hasRootCauseMessage("disk gone");
        thread.close(BOUND);
        assertThat(calls).containsExactly("end disk gone");
    }

    @Test
    void anOwnerThatIsFailedFromOutsideEndsWithoutFinishing() {
        OwnerThread thread = thread(new Recorder());
        thread.start();
        thread.fail(new IOException("topic gone"));
        assertThatThrownBy(() -> thread.ended().get(30, TimeUnit.SECONDS)).hasRootCauseMessage("topic gone");
        assertThat(calls).containsExactly("end topic gone");
    }

    @Test
    void anEndThatFailsIsAnEndAllTheSame() throws Exception {
        OwnerThread thread = thread(new Recorder() {
            @Override
            public void end(Optional<Throwable> failure) {
                throw new IllegalStateException("told to fail");
            }
        });
        thread.start();
        thread.close(BOUND);
        assertThat(thread.ended()).isCompleted();
    }

    @Test
    void whatDoesNotComeToRestIsGivenUpAfterTheBound() {
        OwnerThread thread = thread(new Recorder() {
            @Override
            public boolean finish(long nowNs) {
                return false;
            }
        });
        thread.start();
        thread.close(Duration.ofMillis(1));
        assertThat(thread.ended()).succeedsWithin(BOUND);
        assertThat(calls).containsExactly("end well");
    }

    private OwnerThread thread(OwnerThread.Owner owner) {
        return new OwnerThread("owner", owner, new Sleeper());
    }

    /** Has nothing to do and notes what it is told. */
    private class Recorder implements OwnerThread.Owner {
        @Override
        public boolean step(long nowNs) throws Exception {
            return false;
        }

        @Override
        public boolean finish(long nowNs) {
            calls.add("finish");
            return true;
        }

        @Override
        public void end(Optional<Throwable> failure) {
            calls.add("end " + failure.map(Throwable::getMessage).orElse("well"));
        }
    }
}
