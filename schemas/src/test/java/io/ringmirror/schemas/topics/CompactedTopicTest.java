package io.ringmirror.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** How long a topic is read: as long as something comes. */
class CompactedTopicTest {
    private static final TopicPartition TOPIC = new TopicPartition("status", 0);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int RECORDS = 20;

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("none");
    private long nowNanos = Long.MAX_VALUE - 5;

    CompactedTopicTest() {
        consumer.updateBeginningOffsets(Map.of(TOPIC, 0L));
    }

    @Test
    void aReadThatMakesProgressGoesOnBeyondTheTimeout() {
        for (int offset = 0; offset < RECORDS; offset++) {
            come(offset);
        }

        assertThat(read())
                .hasSize(1)
                .hasEntrySatisfying("m", record -> assertThat(record.offset()).isEqualTo(RECORDS - 1));
    }

    @Test
    void oneThatMakesNoneEndsAtTheTimeout() {
        come(0);
        consumer.schedulePollTask(() -> nowNanos += TIMEOUT.toNanos() + 1);

        assertThatThrownBy(this::read).isInstanceOf(TimeoutException.class);
    }

    private void come(long offset) {
        consumer.schedulePollTask(() -> {
            nowNanos += TIMEOUT.toNanos() - 1;
            consumer.addRecord(new ConsumerRecord<>(
                    TOPIC.topic(), TOPIC.partition(), offset, "m", "v".getBytes(StandardCharsets.UTF_8)));
        });
    }

    private Map<String, ConsumerRecord<String, byte[]>> read() {
        return CompactedTopic.latest(consumer, Map.of(TOPIC, (long) RECORDS), TIMEOUT, () -> nowNanos);
    }
}
