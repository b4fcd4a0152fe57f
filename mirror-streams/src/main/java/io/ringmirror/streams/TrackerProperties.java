package io.ringmirror.streams;

import io.ringmirror.schemas.topics.TopicSettings;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The Streams configuration of a tracker: what may be chosen, and over it what its promises depend on. Pure. */
final class TrackerProperties {
    /** How old an answer may be: with exactly-once, readers of committed records see it at the commit. */
    private static final int COMMIT_INTERVAL_MS = 100;
    /** After a crash the next tracker takes over when the broker has missed the dead one for so long. */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /**
     * The next transaction begins before the markers of the last one are written. Until they are, brokers refuse its first
     * request (CONCURRENT_TRANSACTIONS), and the producer sends it again; one that was sent right behind it would come first
     * then, begin with a sequence above 0 and make the broker log an OutOfOrderSequenceException as an error.
     */
    private static final int MOST_IN_FLIGHT = 1;

    private TrackerProperties() {}

    /** @param brokers of the cluster; its internal topics have as many copies as suit them where nothing is chosen */
    static Properties of(TrackerSettings settings, int brokers) {
        int copies = settings.replicationFactor()
                .orElseGet(() -> TopicSettings.forBrokers(brokers).replicationFactor());
        Properties properties = new Properties();
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        properties.putAll(settings.client());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.topics().trackerApplication());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, copies);
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbyReplicas());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), MOST_IN_FLIGHT);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return properties;
    }
}
