package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.producer.DeviceException.Kind;
import io.ringmirror.producer.RingProducer.FencedException;
import io.ringmirror.schemas.Digest;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.serde.RingEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;

class AppenderTest {
    private static final RingEncoder ENCODER = MirrorSerdes.configured(Map.of()).ringEncoder(MemoryRing.TOPIC);
    private static final long NO_BOUND = Long.MAX_VALUE;

    private final MemoryRing ring = new MemoryRing(3);
    private final HandExecutor network = new HandExecutor();
    private final List<Long> answered = new ArrayList<>();
    private final List<DeviceException> refused = new ArrayList<>();
    private int settingsAsked;
    private long nowNs;

    @Test
    void recordsAreSentInOrderAndAcknowledgedInOrder() {
        Appender appender = appender(NO_BOUND);
        add(appender, 0, 1, 2, 3);

        assertThat(send(appender)).isEqualTo(3);
        assertThat(appender.acknowledged()).isNull();
        ring.append(2);
        drain(appender);

        assertThat(answered).containsExactly(1L, 2L);
        assertThat(appender.isEmpty()).isFalse();
        ring.append(1);
        drain(appender);
        assertThat(answered).containsExactly(1L, 2L, 3L);
        assertThat(appender.isEmpty()).isTrue();
        assertThat(sequences(0)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void nothingIsSentBehindASealBeforeTheLogHasIt() {
        Appender appender = appender(NO_BOUND);
        add(appender, 0, 1);
        appender.add(seal(0, 1));
        add(appender, 1, 2);

        assertThat(send(appender)).isEqualTo(2);
        ring.append(1);
        drain(appender);
        assertThat(send(appender)).isZero();
        ring.append(1);
        assertThat(send(appender)).as("acknowledged, not yet taken out").isZero();
        drain(appender);
        assertThat(send(appender)).isEqualTo(1);
        assertThat(ring.lastLog()).isEqualTo(1);
    }

    @Test
    void aLogIsUsedOnceTheProducerSeesIt() {
        Appender appender = appender(NO_BOUND);
        ring.grow(4);
        add(appender, 3, 1);

        assertThat(send(appender)).isZero();
        ring.reach(4);
        assertThat(send(appender)).isEqualTo(1);
    }

    @Test
    void aRecordThatTheProducerCannotTakeWithoutWaitingStaysAndNothingHasFailed() {
        Appender appender = appender(NO_BOUND);
        add(appender, 0, 1, 2);
        ring.reach(0);

        assertThat(send(appender)).isZero();
        drain(appender);
        assertThat(network.waiting()).as("nothing is given up").isZero();
        ring.reach(3);
        assertThat(send(appender)).isEqualTo(2);
        ring.append(2);
        drain(appender);
        assertThat(answered).containsExactly(1L, 2L);
    }

    @Test
    void bytesInTheProducersHandsAreBounded() {
        Append one = write(0, 1);
        Appender appender = appender(3L * one.sizeBytes());
        add(appender, 0, 1, 2, 3, 4);

        assertThat(appender.full()).isTrue();
        assertThat(send(appender)).isEqualTo(3);
        assertThat(send(appender)).isZero();
        ring.append(1);
        drain(appender);
        assertThat(appender.full()).isTrue();
        assertThat(send(appender)).isEqualTo(1);
        ring.append(3);
        drain(appender);
        assertThat(appender.full()).isFalse();
        assertThat(appender.queuedBytes()).isZero();
    }

    @Test
    void oneRecordLargerThanTheBoundIsSentAlone() {
        Appender appender = appender(1);
        add(appender, 0, 1, 2);

        assertThat(send(appender)).isEqualTo(1);
        ring.append(1);
        drain(appender);
        assertThat(send(appender)).isEqualTo(1);
    }

    @Test
    void smallRecordsCountWithWhatTheyCostBesideTheirBytes() {
        Appender appender = appender(1 << 20);
        int count = 0;
        while (!appender.full()) {
            add(appender, 0, ++count);
        }

        assertThat(count).isLessThanOrEqualTo((1 << 20) / Append.OVERHEAD_BYTES);
    }

    @Test
    void aFailedSuffixIsSentAgainInOrderWithItsBytesAndAnsweredOnceF2() {
        Appender appender = appender(NO_BOUND);
        add(appender, 0, 1, 2, 3, 4);
        send(appender);
        ring.append(1);
        ring.fail(2, new TimeoutException("told to time out"));
        drain(appender);

        assertThat(answered).containsExactly(1L);
        assertThat(send(appender)).as("while the transaction is given up").isZero();
        network.runAll();
        assertThat(appender.finishRenewal()).isTrue();
        assertThat(send(appender)).isEqualTo(3);
        ring.append(3);
        drain(appender);

        assertThat(answered).containsExactly(1L, 2L, 3L, 4L);
        assertThat(sequences(0)).containsExactly(1L, 2L, 3L, 2L, 3L, 4L);
        assertThat(ring.log(0).get(3)).isEqualTo(ring.log(0).get(1));
    }

    @Test
    void aRecordThatIsKnownToBeInTheLogBehindAFailedOneIsNotAnsweredBeforeIt() {
        Appender appender = appender(NO_BOUND);
        Append first = write(0, 1);
        Append second = write(0, 2);
        appender.add(first);
        appender.add(second);
        send(appender);
        first.failed(new TimeoutException("told to time out"));
        second.appended(7, 1, false);
        drain(appender);

        assertThat(answered).isEmpty();
        assertThat(appender.fatal()).isEmpty();
    }

    @Test
    void aRenewalAfterAFailureThatTimesOutIsTriedAgain() {
        Appender appender = failing(new InvalidProducerEpochException("the broker ended it"));
        ring.failCalls(new TimeoutException("no broker"), new TimeoutException("no broker"));

        for (int i = 0; i < 3; i++) {
            assertThat(send(appender)).isZero();
            network.runAll();
            appender.finishRenewal();
        }

        assertThat(ring.calls()).containsExactly("renew", "renew", "renew");
        assertThat(send(appender)).isEqualTo(1);
    }

    @Test
    void aRenewalThatFindsANewerOwnerIsTheEnd() {
        Appender appender = failing(new InvalidProducerEpochException("a newer epoch"));
        ring.fenceOut();
        network.runAll();
        appender.finishRenewal();

        assertThat(appender.fatal()).containsInstanceOf(FencedException.class);
        assertThat(send(appender)).isZero();
    }

    @Test
    void aFencedAppendIsTheEndAndAnswersNobody() {
        Appender appender = failing(new ProducerFencedException("a newer owner"));

        assertThat(appender.fatal()).containsInstanceOf(FencedException.class);
        appender.abandon(new DeviceException(Kind.SHUTDOWN, "fenced"));
        assertThat(answered).isEmpty();
        assertThat(refused).hasSize(1);
    }

    @Test
    void aRecordThatBrokersRefuseIsTriedAgainWithGrowingPausesUntilTheyTakeIt() {
        Appender appender = appender(NO_BOUND);
        add(appender, 0, 1, 2);
        Duration waited = refusedFor(appender, Duration.ofMinutes(2));

        assertThat(ring.calls()).as("renewals in two minutes").hasSizeBetween(24, 40);
        assertThat(waited).isGreaterThan(Duration.ofMinutes(2));
        assertThat(settingsAsked).as("times that people were told why").isEqualTo(1);
        assertThat(appender.standstill()).contains("appends are refused, which are tried again: told to refuse");
        assertThat(answered).isEmpty();
        mend(appender);
        ring.append(2);
        drain(appender);
        assertThat(answered).containsExactly(1L, 2L);
        assertThat(appender.standstill()).isEmpty();
    }

    @Test
    void anotherCauseIsToldAndExplainedAsTheFirstWas() {
        Appender appender = appender(NO_BOUND);
        add(appender, 0, 1);
        refusedFor(appender, Duration.ofMinutes(1));
        refusedFor(appender, Duration.ofMinutes(1), "told to refuse otherwise");

        assertThat(settingsAsked).as("times that people were told why").isEqualTo(2);
        assertThat(appender.standstill()).get().asString().endsWith("told to refuse otherwise");
    }

    @Test
    void aFailureThatIsMendedAtOnceAsksForNoSettings() {
        Appender appender = failing(new TimeoutException("told to time out"));
        mend(appender);
        ring.append(1);
        drain(appender);

        assertThat(answered).containsExactly(1L);
        assertThat(settingsAsked).isZero();
        assertThat(failing(new TimeoutException("told to time out")).standstill())
                .as("of one failure")
                .isEmpty();
    }

    @Test
    void afterASuccessAFailureIsMendedAtOnceAgain() {
        Appender appender = appender(NO_BOUND);
        add(appender, 0, 1, 2);
        refusedFor(appender, Duration.ofMinutes(1));
        mend(appender);
        ring.append(1);
        drain(appender);
        ring.fail(0, new TimeoutException("told to time out"));
        send(appender);
        network.runAll();
        appender.finishRenewal();

        assertThat(send(appender)).isEqualTo(1);
    }

    @Test
    void aRecordOfAKindThatTheBrokerDoesNotKnowIsTheEnd() {
        Appender appender = failing(new UnsupportedVersionException("told to be old"));

        assertThat(appender.fatal()).containsInstanceOf(UnsupportedVersionException.class);
        assertThat(network.waiting()).isZero();
    }

    @Test
    void aRenewalWaitsForWhatWasSentAndHoldsUpWhatWasNot() {
        Appender appender = appender(NO_BOUND);
        add(appender, 0, 1);
        send(appender);
        appender.renew();
        add(appender, 0, 2);

        assertThat(send(appender)).isZero();
        assertThat(network.waiting()).isZero();
        ring.append(1);
        drain(appender);
        assertThat(send(appender)).isZero();
        assertThat(network.runAll()).isEqualTo(1);
        assertThat(ring.calls()).containsExactly("renew");
        assertThat(send(appender)).as("before its end was seen").isZero();
        appender.finishRenewal();
        assertThat(send(appender)).isEqualTo(1);
    }

    @Test
    void aRenewalThatTimesOutIsTriedAgain() {
        Appender appender = appender(NO_BOUND);
        ring.failCalls(new TimeoutException("no broker"));
        renewAndRunAll(appender);

        assertThat(ring.calls()).containsExactly("renew", "renew");
        assertThat(appender.atRest()).isTrue();
        assertThat(appender.fatal()).isEmpty();
    }

    @Test
    void aRenewalThatFailsIsMendedByAnother() {
        Appender appender = appender(NO_BOUND);
        ring.failCalls(new KafkaException("an abortable error"));
        renewAndRunAll(appender);

        assertThat(ring.calls()).containsExactly("renew", "renew");
        assertThat(appender.fatal()).isEmpty();
    }

    @Test
    void aSecondRenewalThatFailsInARowIsTheEnd() {
        Appender appender = appender(NO_BOUND);
        ring.failCalls(new KafkaException("an error"), new KafkaException("a fatal error"));
        renewAndRunAll(appender);

        assertThat(appender.fatal()).containsInstanceOf(KafkaException.class);
    }

    @Test
    void aRenewalThatIsDueIsDoneByThatOfAFailure() {
        Appender appender = appender(NO_BOUND);
        add(appender, 0, 1);
        send(appender);
        appender.renew();
        ring.fail(0, new TimeoutException("told to time out"));
        drain(appender);
        send(appender);
        network.runAll();
        appender.finishRenewal();

        assertThat(send(appender)).isEqualTo(1);
        assertThat(ring.calls()).containsExactly("renew");
    }

    @Test
    void manyMayWaitForOneRecordAndAreToldInTheirOrder() {
        Appender appender = appender(NO_BOUND);
        Append record = write(0, 1);
        int count = 100_000;
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            record.onAcknowledged(failure -> told.add(number));
        }
        appender.add(record);
        send(appender);
        ring.append(1);
        drain(appender);

        assertThat(told).hasSize(count).isSorted();
    }

    /** Has brokers refuse what is sent for so long; returns how long it took until it was to be sent the next time. */
    private Duration refusedFor(Appender appender, Duration time) {
        return refusedFor(appender, time, "told to refuse");
    }

    private Duration refusedFor(Appender appender, Duration time, String why) {
        long startNs = nowNs;
        while (nowNs - startNs <= time.toNanos()) {
            if (send(appender) > 0) {
                ring.fail(0, new RecordTooLargeException(why));
            }
            drain(appender);
            network.runAll();
            appender.finishRenewal();
            nowNs += Duration.ofMillis(10).toNanos();
        }
        return Duration.ofNanos(nowNs - startNs);
    }

    /** Lets the pause end, and what failed be sent again. */
    private void mend(Appender appender) {
        nowNs += Duration.ofMinutes(1).toNanos();
        send(appender);
        network.runAll();
        appender.finishRenewal();
        send(appender);
    }

    private int send(Appender appender) {
        return appender.send(nowNs);
    }

    private void renewAndRunAll(Appender appender) {
        appender.renew();
        send(appender);
        while (network.runAll() > 0) {
            appender.finishRenewal();
        }
    }

    /** An appender that has just seen its one record fail so. */
    private Appender failing(Exception failure) {
        Appender appender = appender(NO_BOUND);
        add(appender, 0, 1);
        send(appender);
        ring.fail(0, failure);
        drain(appender);
        send(appender);
        return appender;
    }

    private Appender appender(long maxBytes) {
        return new Appender(
                "demo",
                ring,
                network,
                maxBytes,
                () -> {},
                new Retries("demo", network, () -> "asked " + ++settingsAsked));
    }

    private void add(Appender appender, int log, long... sequences) {
        for (long sequence : sequences) {
            appender.add(write(log, sequence));
        }
    }

    private static void drain(Appender appender) {
        Append append;
        while ((append = appender.acknowledged()) != null) {
            appender.remove();
            append.complete(null);
        }
    }

    private Append write(int log, long sequence) {
        LogBody.Discard body = new LogBody.Discard("disk", 0, 4096, 0);
        Append append = append(log, new LogRecord(Optional.empty(), 1, 1, sequence, body));
        append.onAcknowledged(failure -> {
            if (failure == null) {
                answered.add(sequence);
            } else {
                refused.add(failure);
            }
        });
        return append;
    }

    private static Append seal(int log, long sequence) {
        LogBody.EpochEnd end = new LogBody.EpochEnd(1, 0, Digest.EMPTY, 1, 0);
        return append(log, new LogRecord(Optional.empty(), 1, 1, sequence, end));
    }

    private static Append append(int log, LogRecord record) {
        return new Append(log, record, ENCODER.encode(record), last -> {});
    }

    private List<Long> sequences(int log) {
        return ring.log(log).stream().map(LogRecord::sequence).toList();
    }
}
