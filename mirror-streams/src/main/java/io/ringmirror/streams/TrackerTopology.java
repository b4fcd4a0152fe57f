package io.ringmirror.streams;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The tracker as a topology: definitions and events, both keyed by mirror, meet in one task that keeps the last
 * definition and the last status of each mirror and answers in the status topic. Every operator and store is named, so
 * that internal topics keep their names when the topology changes.
 */
final class TrackerTopology {
    static final String DEFINITIONS_STORE = "definitions";
    static final String STATUSES_STORE = "statuses";

    private TrackerTopology() {}

    static void build(StreamsBuilder builder, TopicNames topics, MirrorSerdes serdes) {
        builder.addStateStore(store(DEFINITIONS_STORE, serdes.definitions()));
        builder.addStateStore(store(STATUSES_STORE, serdes.statuses()));
        KStream<String, Definition> definitions = builder.stream(
                topics.definitions(),
                Consumed.with(Serdes.String(), serdes.definitions()).withName("definitions-topic"));
        KStream<String, Event> events = builder.stream(
                topics.events(), Consumed.with(Serdes.String(), serdes.events()).withName("events-topic"));
        KStream<String, MirrorStatus> redefined =
                definitions.process(DefinitionProcessor::new, Named.as("redefine"), DEFINITIONS_STORE, STATUSES_STORE);
        KStream<String, MirrorStatus> folded =
                events.process(EventProcessor::new, Named.as("fold"), DEFINITIONS_STORE, STATUSES_STORE);
        redefined
                .merge(folded, Named.as("answers"))
                .to(
                        topics.status(),
                        Produced.with(Serdes.String(), serdes.statuses()).withName("status-topic"));
    }

    private static <T> StoreBuilder<KeyValueStore<String, T>> store(String name, Serde<T> serde) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), serde);
    }
}
