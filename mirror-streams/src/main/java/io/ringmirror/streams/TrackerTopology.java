package io.ringmirror.streams;

import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.TopicPlan;
import java.util.List;
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
 * that internal topics keep their names when the topology changes. Values are read by the processor, which knows what one
 * that cannot be read means.
 */
final class TrackerTopology {
    static final String DEFINITIONS_STORE = "definitions";
    static final String STATUSES_STORE = "statuses";

    private TrackerTopology() {}

    static void build(StreamsBuilder builder, TopicNames topics, MirrorSerdes serdes, Progress progress) {
        builder.addStateStore(
                store(DEFINITIONS_STORE, serdes.definitions()).withLoggingEnabled(TopicPlan.definitions()));
        builder.addStateStore(store(STATUSES_STORE, serdes.statuses()).withLoggingEnabled(TopicPlan.lastWords()));
        KStream<String, byte[]> told = builder.stream(
                List.of(topics.definitions(), topics.events()),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName("definitions-and-events"));
        KStream<String, MirrorStatus> answers = told.process(
                () -> new TrackerProcessor(topics, serdes, progress),
                Named.as("fold"),
                DEFINITIONS_STORE,
                STATUSES_STORE);
        answers.to(
                topics.status(),
                Produced.with(Serdes.String(), serdes.statuses()).withName("status-topic"));
    }

    private static <T> StoreBuilder<KeyValueStore<String, T>> store(String name, Serde<T> serde) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), serde);
    }
}
