package io.ringmirror.replica.control;

import io.ringmirror.schemas.Event;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** What a server stated, without a broker: a publisher, for tests, whose events are kept in memory. */
public final class StatedEvents {
    private final MockProducer<String, Event> producer =
            new MockProducer<>(true, null, new StringSerializer(), (topic, event) -> new byte[0]);
    private final EventPublisher publisher = new EventPublisher("events", producer);

    public EventPublisher publisher() {
        return publisher;
    }

    /** All events, in order. */
    public List<Event> all() {
        return producer.history().stream().map(ProducerRecord::value).toList();
    }

    /** The facts of one kind, in order. */
    public <T extends Event.Fact> List<T> facts(Class<T> kind) {
        return all().stream()
                .map(Event::fact)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }
}
