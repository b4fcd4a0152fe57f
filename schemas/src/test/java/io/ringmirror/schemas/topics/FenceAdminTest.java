package io.ringmirror.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.testing.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leaders of logs refuse a writer whatever its coordinator says (failures 6 and 15). */
class FenceAdminTest {
    private static final String TOPIC = "ring";
    private static final List<TopicPartition> LOGS = IntStream.range(0, 2)
            .mapToObj(log -> new TopicPartition(TOPIC, log))
            .toList();

    private TestCluster cluster;
    private Map<String, Object> client;
    private FenceAdmin fence;

    @BeforeEach
    void makeRing() throws Exception {
        cluster = TestCluster.start();
        client = Map.of("bootstrap.servers", cluster.bootstrapServers());
        fence = FenceAdmin.open(client, Duration.ofSeconds(30));
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(LOGS.size()), Optional.empty())))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() {
        fence.close();
        cluster.close();
    }

    @Test
    void aLivingWriterThatIsEndedAppendsToNoLogAndOneOfAnotherIdDoesF6F15() throws Exception {
        try (KafkaProducer<byte[], byte[]> old = writer("old");
                KafkaProducer<byte[], byte[]> present = writer("present")) {
            append(old, 0);
            append(present, 1);
            assertThat(fence.writers(LOGS)).hasSize(2).allMatch(FenceAdmin.Writer::open);

            fence.endFor(LOGS, fence.producerIds(List.of("old", "nobody")));
            fence.endFor(LOGS, fence.producerIds(List.of("old")));

            assertThatThrownBy(() -> append(old, 0)).hasRootCauseInstanceOf(InvalidProducerEpochException.class);
            append(present, 0);
            append(present, 1);
            assertThat(fence.writers(LOGS))
                    .filteredOn(FenceAdmin.Writer::open)
                    .extracting(FenceAdmin.Writer::producerId)
                    .containsOnly(
                            fence.producerIds(List.of("present")).iterator().next());
        }
        try (KafkaProducer<byte[], byte[]> old = writer("other");
                KafkaProducer<byte[], byte[]> present = writer("present")) {
            append(old, 0);
            fence.endFor(LOGS, fence.producerIds(List.of("other")));
            assertThatThrownBy(() -> append(old, 1))
                    .as("a log that it never wrote to")
                    .hasRootCauseInstanceOf(InvalidProducerEpochException.class);
            append(present, 1);
        }
    }

    @Test
    void aCoordinatorThatIsWellRefusesWhoeverHadTheId() throws Exception {
        try (KafkaProducer<byte[], byte[]> old = writer("id")) {
            append(old, 0);
            assertThat(fence.fence("id")).isTrue();
            assertThatThrownBy(() -> append(old, 0)).hasRootCauseInstanceOf(InvalidProducerEpochException.class);
        }
        assertThat(fence.mayEnd()).isTrue();
        assertThat(fence.transaction("id")).isPresent();
        assertThat(fence.transaction("nobody's")).isEmpty();
    }

    private KafkaProducer<byte[], byte[]> writer(String id) {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "transactional.id", id),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        return producer;
    }

    private static void append(KafkaProducer<byte[], byte[]> producer, int log) throws Exception {
        producer.send(new ProducerRecord<>(TOPIC, log, null, new byte[1])).get();
    }
}
