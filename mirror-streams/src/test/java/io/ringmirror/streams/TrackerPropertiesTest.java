package io.ringmirror.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.TopicNames;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class TrackerPropertiesTest {
    @Test
    void aRequestThatIsRefusedAtTheBeginningOfATransactionIsNeverOvertakenByTheNext() {
        TrackerSettings settings = new TrackerSettings(
                Map.of("bootstrap.servers", "localhost:9092", "producer.max.in.flight.requests.per.connection", "5"),
                new TopicNames("ringmirror"),
                Path.of("state"),
                OptionalInt.empty(),
                0,
                1000,
                Optional.empty());

        assertThat(new StreamsConfig(TrackerProperties.of(settings, 1)).getProducerConfigs("tracker"))
                .containsEntry("max.in.flight.requests.per.connection", 1)
                .containsEntry("enable.idempotence", true);
    }
}
