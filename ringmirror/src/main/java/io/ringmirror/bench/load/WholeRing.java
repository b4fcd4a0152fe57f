package io.ringmirror.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** All logs of a ring, from where they begin to where they end when this is made, read at once by one consumer. One thread. */
final class WholeRing<V> {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration STALL_BOUND = Duration.ofMinutes(1);

    private final String topic;
    private final KafkaConsumer<byte[], V> consumer;
    private final Map<TopicPartition, Long> ends;

    /** Has the consumer begin at the beginning of each log; it remains the caller's. */
    WholeRing(String topic, KafkaConsumer<byte[], V> consumer) {
        List<TopicPartition> logs = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        this.topic = topic;
        this.consumer = consumer;
        this.ends = consumer.endOffsets(logs);
        consumer.assign(logs);
        consumer.beginningOffsets(logs).forEach(consumer::seek);
    }

    /**
     * Reads it, once; records of one log come in their order.
     *
     * @throws IOException if nothing comes for too long
     */
    void read(Consumer<ConsumerRecord<byte[], V>> each) throws IOException {
        long movedNs = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(log -> consumer.position(log.getKey()) < log.getValue())) {
            for (ConsumerRecord<byte[], V> record : consumer.poll(POLL)) {
                each.accept(record);
                movedNs = System.nanoTime();
            }
            if (System.nanoTime() - movedNs > STALL_BOUND.toNanos()) {
                throw new IOException(topic + " gave nothing for " + STALL_BOUND.toSeconds() + " s");
            }
        }
    }
}
