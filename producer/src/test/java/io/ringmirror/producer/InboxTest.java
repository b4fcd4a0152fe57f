package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.replica.Sleeper;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InboxTest {
    private final DeviceException stopped = new DeviceException(Kind.SHUTDOWN, "the server stops");

    private final Inbox inbox = new Inbox(new Sleeper());

    @Test
    void changesKeepTheirOrderAndFlushesAndReadsComeBesideThem() {
        Request.Write write = new Request.Write(0, 0, ByteBuffer.allocate(1), false, failure -> {});
        Request.Zero zero = new Request.Zero(0, 0, 1, true, false, failure -> {});
        Request.Flush flush = new Request.Flush(failure -> {});
        Request.Read read = new Request.Read(0, 0, ByteBuffer.allocate(1), failure -> {});

        inbox.offer(write);
        inbox.offer(read);
        inbox.offer(flush);
        inbox.offer(zero);

        assertThat(inbox.pollRead()).isSameAs(read);
        assertThat(inbox.pollFlush()).isSameAs(flush);
        assertThat(List.of(inbox.pollChange(), inbox.pollChange())).containsExactly(write, zero);
        assertThat(inbox.pollChange()).isNull();
    }

    @Test
    void asManyRequestsAsAFrontMayAllowFitAndOnlyMoreAreRefused() {
        List<Bench.Answer> answers = offerFlushes(BlockDevice.MAX_REQUESTS + 1);

        long refused = answers.stream()
                .filter(answer -> answer.refusal().equals(Optional.of(Kind.IO)))
                .count();
        long taken =
                IntStream.iterate(0, i -> inbox.pollFlush() != null, i -> i + 1).count();
        assertThat(refused).isEqualTo(1);
        assertThat(taken).isEqualTo(BlockDevice.MAX_REQUESTS);
    }

    @Test
    void closingRefusesWhatWaitsAndAllThatComesAfterForTheFirstReason() {
        List<Bench.Answer> before = offerFlushes(3);

        inbox.close(stopped);
        inbox.close(new DeviceException(Kind.IO, "too late"));
        List<Bench.Answer> after = offerFlushes(2);

        assertThat(before).allMatch(answer -> answer.refusal().equals(Optional.of(Kind.SHUTDOWN)));
        assertThat(after).allMatch(answer -> answer.refusal().equals(Optional.of(Kind.SHUTDOWN)));
    }

    @Test
    void everyRequestIsAnsweredOnceHoweverCloseAndOfferMeet() throws Exception {
        for (int round = 0; round < 200; round++) {
            Inbox racing = new Inbox(new Sleeper());
            CountDownLatch go = new CountDownLatch(1);
            List<Bench.Answer> answers = new ArrayList<>();
            IntStream.range(0, 50).forEach(i -> answers.add(new Bench.Answer()));
            Thread client = new Thread(() -> {
                awaitUninterrupted(go);
                answers.forEach(answer -> racing.offer(new Request.Flush(answer)));
            });
            client.start();
            go.countDown();
            racing.close(stopped);
            client.join();

            assertThat(answers).allMatch(Bench.Answer::given);
        }
    }

    @Test
    void whatManyClientsSendIsTakenOrRefusedOnceWhileTheOwnerTakesAndCloses() throws Exception {
        for (int round = 0; round < 200; round++) {
            Inbox racing = new Inbox(new Sleeper());
            List<Bench.Answer> answers = new ArrayList<>();
            List<Thread> clients = new ArrayList<>();
            for (int client = 0; client < 3; client++) {
                List<Bench.Answer> own =
                        IntStream.range(0, 50).mapToObj(i -> new Bench.Answer()).toList();
                answers.addAll(own);
                clients.add(new Thread(() -> own.forEach(answer -> racing.offer(new Request.Flush(answer)))));
            }
            clients.forEach(Thread::start);
            for (int taken = 0; taken < 20; taken++) {
                Request.Flush flush = racing.pollFlush();
                if (flush != null) {
                    flush.completion().completed(null);
                }
            }
            racing.close(stopped);
            assertThat(racing.pollFlush()).isNull();
            for (Thread client : clients) {
                client.join();
            }

            assertThat(answers).allMatch(Bench.Answer::given);
        }
    }

    private List<Bench.Answer> offerFlushes(int count) {
        List<Bench.Answer> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Bench.Answer answer = new Bench.Answer();
            answers.add(answer);
            inbox.offer(new Request.Flush(answer));
        }
        return answers;
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
