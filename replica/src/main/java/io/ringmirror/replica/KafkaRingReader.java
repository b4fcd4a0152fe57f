package io.ringmirror.replica;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.serde.OnceAWhile;
import io.ringmirror.schemas.serde.Unreadable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ring as a Kafka consumer sees it: uncommitted, without group membership, one log assigned at a time. Offsets are
 * committed for people who watch lag; nothing is ever read from them. A record whose schema no registry tells now is the
 * next to come until one does. One thread, the owner's.
 *
 * <p>It has two consumers, which take turns from log to log: a broker answers the fetches of one in order, so the one that
 * waits at the end of a log would hold up the beginning of the next.
 */
public final class KafkaRingReader implements RingReader, GroupOffsets {
    /** How long a broker holds a fetch at the end of a log; its consumer can fetch nothing else meanwhile. */
    private static final int FETCH_MAX_WAIT_MS = 25;

    /** The longest that one call waits for brokers: after it a start fails, and is made again with all known anew. */
    private static final int CALL_BOUND_MS = 20_000;

    private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(KafkaRingReader.class);

    private final String topic;
    private final Supplier<Consumer<byte[], LogRecord>> opener;
    private Consumer<byte[], LogRecord> consumer;
    private Optional<Consumer<byte[], LogRecord>> other = Optional.empty();
    private TopicPartition current;
    private long nextOffset;
    private int unansweredCommits;
    private final OnceAWhile saidMissing = new OnceAWhile(System::nanoTime);

    private KafkaRingReader(String topic, Supplier<Consumer<byte[], LogRecord>> opener) {
        this.topic = topic;
        this.opener = opener;
        this.consumer = opener.get();
    }

    /**
     * Opens a consumer; settings that could lose or repeat data are forced over what {@code properties} say.
     *
     * @param properties Kafka client properties, bootstrap.servers among them
     * @param group the group under which {@link #commit} commits
     */
    public static KafkaRingReader open(
            String topic, String group, Map<String, Object> properties, Deserializer<LogRecord> deserializer) {
        Map<String, Object> forced = new HashMap<>(properties);
        forced.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        forced.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        forced.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        forced.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        forced.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        forced.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_BOUND_MS);
        forced.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
        forced.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_MAX_WAIT_MS);
        // As the system sees fit, which is more than 64 KiB where fetches are of a MiB.
        forced.putIfAbsent(ConsumerConfig.RECEIVE_BUFFER_CONFIG, -1);
        return new KafkaRingReader(topic, () -> new KafkaConsumer<>(forced, new ByteArrayDeserializer(), deserializer));
    }

    @Override
    public void seek(int log, long offset) {
        TopicPartition partition = new TopicPartition(topic, log);
        if (!partition.equals(current)) {
            if (current != null && unansweredCommits == 0) {
                takeTurns();
            }
            consumer.assign(List.of(partition));
            current = partition;
        }
        consumer.seek(partition, offset);
        nextOffset = offset;
    }

    /**
     * Not with a commit under way: one that were sent only at the next turn would take newer ones back. The one that rests
     * keeps its log assigned, so that it need not ask for the topic anew, and fetches nothing as it is not polled.
     */
    private void takeTurns() {
        Consumer<byte[], LogRecord> next = other.orElseGet(opener);
        other = Optional.of(consumer);
        consumer = next;
    }

    @Override
    public List<RingEntry> poll(Duration wait) {
        try {
            return entries(consumer.poll(wait).records(current));
        } catch (OffsetOutOfRangeException e) {
            long wanted = e.offsetOutOfRangePartitions().get(current);
            throw new ChainException(
                    Kind.GAP,
                    "topic " + topic + ", log " + current.partition() + " holds offsets "
                            + startOffset(current.partition())
                            + " to " + endOffset(current.partition()) + " (exclusive), not " + wanted
                            + ": records were deleted or lost; this replica needs a full copy",
                    e);
        } catch (RecordDeserializationException e) {
            if (Unreadable.mayBeReadLater(e)) {
                saidMissing
                        .line(topic, "ring " + topic + " is not read on: " + rootMessage(e))
                        .ifPresent(LOG::warn);
                return List.of();
            }
            throw new ChainException(
                    Kind.CORRUPT,
                    "topic " + topic + ", log " + e.topicPartition().partition() + ", offset " + e.offset()
                            + " cannot be read: " + rootMessage(e),
                    e);
        }
    }

    /** {@inheritDoc} After another broker came to lead the log the consumer may have to ask; it is not waited for. */
    @Override
    public long nextOffset() {
        try {
            nextOffset = consumer.position(current, Duration.ZERO);
        } catch (TimeoutException e) {
            LOG.debug("topic={} log={} is being asked for its place", topic, current.partition(), e);
        }
        return nextOffset;
    }

    @Override
    public long startOffset(int log) {
        TopicPartition partition = new TopicPartition(topic, log);
        return consumer.beginningOffsets(List.of(partition)).get(partition);
    }

    @Override
    public long endOffset(int log) {
        TopicPartition partition = new TopicPartition(topic, log);
        return consumer.endOffsets(List.of(partition)).get(partition);
    }

    @Override
    public Map<Integer, Long> endOffsets(Collection<Integer> logs, Duration bound) {
        Map<Integer, Long> ends = new HashMap<>();
        consumer.endOffsets(
                        logs.stream().map(log -> new TopicPartition(topic, log)).toList(), bound)
                .forEach((partition, end) -> ends.put(partition.partition(), end));
        return ends;
    }

    /** {@inheritDoc} The callback is told in a later poll. */
    @Override
    public void commit(Map<Integer, Long> offsetsByLog, OffsetCommitCallback callback) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        offsetsByLog.forEach(
                (log, offset) -> offsets.put(new TopicPartition(topic, log), new OffsetAndMetadata(offset)));
        unansweredCommits++;
        consumer.commitAsync(offsets, (committed, failure) -> {
            unansweredCommits--;
            callback.onComplete(committed, failure);
        });
    }

    @Override
    public void close() {
        try {
            consumer.close(CloseOptions.timeout(CLOSE_BOUND));
        } finally {
            other.ifPresent(idle -> idle.close(CloseOptions.timeout(CLOSE_BOUND)));
        }
    }

    /** Those before one without a value, if there are any: as with one that cannot be read, it is the next to come. */
    private List<RingEntry> entries(List<ConsumerRecord<byte[], LogRecord>> records) {
        List<RingEntry> entries = new ArrayList<>(records.size());
        for (ConsumerRecord<byte[], LogRecord> record : records) {
            if (record.value() == null && entries.isEmpty()) {
                throw new ChainException(
                        Kind.CORRUPT,
                        "topic " + record.topic() + ", log " + record.partition() + ", offset " + record.offset()
                                + " has no value; only RingMirror may write to a ring");
            }
            if (record.value() == null) {
                consumer.seek(current, record.offset());
                return entries;
            }
            entries.add(entry(record));
        }
        return entries;
    }

    private static RingEntry entry(ConsumerRecord<byte[], LogRecord> record) {
        return new RingEntry(
                record.partition(),
                record.offset(),
                record.leaderEpoch().orElse(-1),
                record.timestamp(),
                record.serializedValueSize(),
                record.value());
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }
}
