package io.ringmirror.schemas.topics;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class KafkaCallsTest {
    private final KafkaCalls calls = new KafkaCalls("kafka:9092", Duration.ofSeconds(1));

    @Test
    void aRefusalForWantOfARightNamesWhatWasRefused() {
        CompletableFuture<Void> refused =
                CompletableFuture.failedFuture(new TopicAuthorizationException("Topic authorization failed."));

        assertThatThrownBy(() -> calls.await("describe ringmirror.vm.log", refused))
                .isInstanceOf(AuthorizationException.class)
                .hasMessage("Kafka at kafka:9092 does not allow this user to describe ringmirror.vm.log:"
                        + " Topic authorization failed.");
    }
}
