package io.ringmirror.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ringmirror.schemas.registry.RegistryClient;
import io.ringmirror.schemas.registry.RegistrySettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

class FailurePolicyTest {
    private static final StreamThreadExceptionResponse REPLACE = StreamThreadExceptionResponse.REPLACE_THREAD;
    private static final StreamThreadExceptionResponse STOP = StreamThreadExceptionResponse.SHUTDOWN_CLIENT;

    private long nowNanos = Long.MAX_VALUE - 5;
    private final FailurePolicy policy = new FailurePolicy(() -> nowNanos);

    @Test
    void aDeadThreadIsReplacedSoManyTimesAndNoMore() {
        for (int i = 0; i < FailurePolicy.MOST_REPLACED; i++) {
            assertThat(policy.handle(timeout())).isEqualTo(REPLACE);
            nowNanos++;
        }
        assertThat(policy.handle(timeout())).isEqualTo(STOP);
    }

    @Test
    void afterAWhileAThreadIsReplacedAgain() {
        for (int i = 0; i < FailurePolicy.MOST_REPLACED; i++) {
            policy.handle(timeout());
        }
        nowNanos += FailurePolicy.WITHIN_NANOS;

        assertThat(policy.handle(timeout())).isEqualTo(REPLACE);
    }

    @Test
    void aRegistryThatDoesNotAnswerIsWaitedForHoweverLong() {
        for (int i = 0; i < 10 * FailurePolicy.MOST_REPLACED; i++) {
            assertThat(policy.handle(new StreamsException("task 0_0", silentRegistry())))
                    .isEqualTo(REPLACE);
        }
        assertThat(policy.lastFailure()).contains("subject events-value", "gave no answer");
    }

    @Test
    void theReasonIsOneLineWithItsCause() {
        policy.handle(timeout());

        assertThat(policy.lastFailure())
                .isEqualTo("StreamsException: task 0_0 failed, caused by TimeoutException: no broker answered");
    }

    private static Throwable silentRegistry() {
        RegistrySettings nobody = new RegistrySettings(
                List.of(URI.create("http://127.0.0.1:1")), Optional.empty(), Duration.ofSeconds(5), 1);
        return catchThrowable(() -> new RegistryClient(nobody).latest("events-value"));
    }

    private static Throwable timeout() {
        return new StreamsException("task 0_0 failed\nand more", new TimeoutException("no broker answered"));
    }
}
