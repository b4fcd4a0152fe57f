package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.replica.control.GuardedRegistry;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.testing.TestCluster;
import io.ringmirror.testing.TestRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real broker; each test has a ring of its own. */
class KafkaRingReaderTest extends RingReaderContract {
    private static TestCluster cluster;
    private static Admin admin;

    private final String topic = "ring-" + UUID.randomUUID();
    private final String group = topic + ".paris";
    private final MirrorSerdes serdes = MirrorSerdes.configured(Map.of());
    private KafkaProducer<byte[], byte[]> producer;
    private KafkaRingReader reader;

    @BeforeAll
    static void startBroker() throws Exception {
        cluster = TestCluster.start();
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        cluster.close();
    }

    @BeforeEach
    void open() throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "transactional.id", topic, "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        reader = KafkaRingReader.open(
                topic,
                group,
                Map.of(
                        "bootstrap.servers",
                        cluster.bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest"),
                serdes.logRecords().deserializer());
    }

    @AfterEach
    void close() {
        reader.close();
        producer.close(Duration.ZERO);
        serdes.close();
    }

    @Override
    RingReader reader() {
        return reader;
    }

    @Override
    void append(int log, long sequence) throws Exception {
        send(log, serdes.logRecords().serializer().serialize(topic, beat(sequence)));
    }

    @Override
    void mark(int log) throws Exception {
        long end = reader.endOffset(log);
        producer.commitTransaction();
        producer.beginTransaction();
        await().until(() -> reader.endOffset(log) == end + 1);
    }

    @Override
    void deleteBefore(int log, long offset) throws Exception {
        admin.deleteRecords(Map.of(new TopicPartition(topic, log), RecordsToDelete.beforeOffset(offset)))
                .all()
                .get();
    }

    /** The record is well, and what stands behind it waits with it. */
    @Test
    void aRegistryThatIsAwayIsWaitedForAndNothingIsCalledCorruptF19() throws Exception {
        try (TestRegistry registry = TestRegistry.start();
                GuardedRegistry guarded = new GuardedRegistry(registry.url());
                MirrorSerdes writing = registrySerdes(registry.url());
                MirrorSerdes reading = registrySerdes(guarded.url());
                KafkaRingReader waiting = KafkaRingReader.open(
                        topic,
                        group,
                        Map.of("bootstrap.servers", cluster.bootstrapServers()),
                        reading.logRecords().deserializer())) {
            send(0, writing.logRecords().serializer().serialize(topic, beat(7)));
            guarded.refuse(true);
            waiting.seek(0, 0);
            await().until(() -> {
                assertThat(waiting.poll(Duration.ofMillis(100))).isEmpty();
                return guarded.refused() > 0;
            });

            guarded.refuse(false);
            assertThat(await().until(() -> waiting.poll(Duration.ofMillis(100)), entries -> !entries.isEmpty()))
                    .extracting(entry -> entry.record().sequence())
                    .containsExactly(7L);
        }
    }

    private static MirrorSerdes registrySerdes(String registry) {
        return MirrorSerdes.configured(Map.of("record.format", "schema-registry", "schema.registry.url", registry));
    }

    @Override
    void grow(int logs) throws Exception {
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(logs)))
                .all()
                .get();
        producer.commitTransaction();
        producer.close();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "transactional.id", topic, "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
    }

    @Test
    void recordsOfAnOpenAndOfAnAbortedTransactionAreRead() throws Exception {
        append(0, 1);
        reader.seek(0, 0);
        assertThat(read(1)).as("not committed yet").hasSize(1);
        producer.abortTransaction();
        producer.beginTransaction();
        append(0, 2);
        reader.seek(0, 0);
        assertThat(read(2)).extracting(entry -> entry.record().sequence()).containsExactly(1L, 2L);
    }

    @Test
    void anEntryCarriesTheLogsTimeAndLeaderEpoch() throws Exception {
        append(0, 1);
        reader.seek(0, 0);
        RingEntry entry = read(1).get(0);
        assertThat(entry.timeMs()).isPositive();
        assertThat(entry.leaderEpoch()).isNotNegative();
        assertThat(entry.sizeBytes()).isEqualTo(serdes.logRecords().serializer().serialize(topic, beat(1)).length);
    }

    @Test
    void aRecordThatCannotBeDecodedIsNamedF19F20() throws Exception {
        append(1, 1);
        send(1, "not a record".getBytes(StandardCharsets.UTF_8));
        reader.seek(1, 0);
        read(1);
        assertCorrupt("topic " + topic + ", log 1, offset 1 cannot be read");
    }

    @Test
    void aRecordWithoutAValueIsNamedF20() throws Exception {
        send(0, null);
        reader.seek(0, 0);
        assertCorrupt("topic " + topic + ", log 0, offset 0 has no value");
    }

    @Test
    void whatIsCommittedIsSeenByStandardTools() throws Exception {
        commitUntilAnswered();
        assertThat(admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get())
                .hasEntrySatisfying(
                        new TopicPartition(topic, 0),
                        at -> assertThat(at.offset()).isEqualTo(1))
                .hasEntrySatisfying(
                        new TopicPartition(topic, 1),
                        at -> assertThat(at.offset()).isZero());
    }

    @Test
    void logsAreReadInTurnAndCommitsKeepTheirOrder() throws Exception {
        commitUntilAnswered();
        AtomicInteger answered = new AtomicInteger();
        for (int turn = 0; turn < 6; turn++) {
            int log = turn % 2;
            long offset = turn / 2 + 1L - log;
            append(log, turn + 1);
            reader.seek(log, offset);
            assertThat(read(1)).extracting(entry -> entry.record().sequence()).containsExactly(turn + 1L);
            assertThat(reader.nextOffset()).isEqualTo(offset + 1);
            Map<Integer, Long> passed = Map.of(0, turn / 2 + 2L, 1, (turn + 1) / 2L);
            reader.commit(passed, (offsets, failure) -> answered.incrementAndGet());
        }
        await().until(() -> {
            reader.poll(Duration.ofMillis(10));
            return answered.get() == 6;
        });
        assertThat(admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get())
                .extractingFromEntries(entry -> entry.getValue().offset())
                .containsExactlyInAnyOrder(4L, 3L);
    }

    @Test
    void theEndsOfSeveralLogsAreAskedAtOnce() throws Exception {
        append(0, 1);
        append(0, 2);
        assertThat(reader.endOffsets(List.of(0, 1), Duration.ofSeconds(30))).isEqualTo(Map.of(0, 2L, 1, 0L));
    }

    /** Commits that record 0 of log 0 was read; the first tries may come before the group has a coordinator. */
    private void commitUntilAnswered() throws Exception {
        append(0, 1);
        AtomicBoolean committed = new AtomicBoolean();
        reader.seek(0, 1);
        await().until(() -> {
            reader.commit(Map.of(0, 1L, 1, 0L), (offsets, failure) -> committed.compareAndSet(false, failure == null));
            reader.poll(Duration.ofMillis(100));
            return committed.get();
        });
    }

    private void send(int log, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topic, log, null, value)).get();
    }

    private List<RingEntry> read(int count) {
        List<RingEntry> read = new ArrayList<>();
        await().until(() -> {
            read.addAll(reader.poll(Duration.ofMillis(200)));
            return read.size() >= count;
        });
        return read;
    }

    private void assertCorrupt(String where) {
        assertThatThrownBy(() -> {
                    while (true) {
                        reader.poll(Duration.ofMillis(200));
                    }
                })
                .isInstanceOfSatisfying(
                        ChainException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT))
                .hasMessageContaining(where);
    }
}
