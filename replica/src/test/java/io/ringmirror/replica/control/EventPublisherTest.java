package io.ringmirror.replica.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ringmirror.schemas.Event;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class EventPublisherTest {
    @Test
    void aProducerThatMayNotSeeTheTopicIsClosedF28() {
        Refused producer = new Refused(new TopicAuthorizationException("events"));
        assertThatExceptionOfType(TopicAuthorizationException.class)
                .isThrownBy(() -> EventPublisher.open(producer, "events", Duration.ofMinutes(1)));
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void aProducerThatHearsNothingOfTheTopicIsClosedF28() {
        Refused producer = new Refused(new TimeoutException("not yet"));
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> EventPublisher.open(producer, "events", Duration.ZERO))
                .withMessageContaining("nothing was heard of topic events");
        assertThat(producer.closed()).isTrue();
    }

    /** A producer that answers one thing to who asks for a topic. */
    private static final class Refused extends MockProducer<String, Event> {
        private final RuntimeException answer;

        private Refused(RuntimeException answer) {
            super(true, null, new StringSerializer(), (topic, event) -> new byte[0]);
            this.answer = answer;
        }

        @Override
        public List<PartitionInfo> partitionsFor(String topic) {
            throw answer;
        }
    }
}
