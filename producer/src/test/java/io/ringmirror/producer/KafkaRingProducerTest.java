package io.ringmirror.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.producer.RingProducer.FencedException;
import io.ringmirror.producer.SourceSettings.AckMode;
import io.ringmirror.testing.TestCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaRingProducerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RECORD_BYTES = 2 << 20;
    private static TestCluster cluster;
    private static Admin admin;

    private final UUID mirrorId = UUID.randomUUID();
    private final String topic = "ring-" + mirrorId;
    private final List<RingProducer> producers = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
        admin = Admin.create(client());
    }

    @AfterAll
    static void stop() {
        admin.close();
        cluster.close();
    }

    @BeforeEach
    void makeRing() throws Exception {
        NewTopic ring = new NewTopic(topic, Optional.of(2), Optional.empty())
                .configs(Map.of("max.message.bytes", String.valueOf(RECORD_BYTES)));
        admin.createTopics(List.of(ring)).all().get();
    }

    @AfterEach
    void close() {
        producers.forEach(RingProducer::close);
    }

    @Test
    void appendsTellWhereTheyStandInTheOrderOfTheCalls() throws Exception {
        RingProducer producer = fenced(Duration.ofSeconds(60));
        CompletableFuture<Long> first = send(producer, 1, "a");
        CompletableFuture<Long> second = send(producer, 1, "b");

        assertThat(offset(first)).isZero();
        assertThat(offset(second)).isEqualTo(1);
    }

    @Test
    void aSecondProducerOfTheMirrorFencesTheFirstF14F15() throws Exception {
        RingProducer first = fenced(Duration.ofSeconds(60));
        offset(send(first, 0, "before"));
        RingProducer second = fenced(Duration.ofSeconds(60));

        CompletableFuture<Long> late = send(first, 0, "late");
        assertThatThrownBy(() -> offset(late)).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(first::renew).isInstanceOf(FencedException.class);
        offset(send(second, 0, "after"));
        assertThat(read(0, 2)).containsExactly("before", "after");
    }

    @Test
    void whatARenewalLeavesBehindIsRead() throws Exception {
        RingProducer producer = fenced(Duration.ofSeconds(60));
        offset(send(producer, 0, "a"));
        producer.renew();
        offset(send(producer, 0, "b"));
        producer.close();

        assertThat(read(0, 2)).containsExactly("a", "b");
    }

    @Test
    void aTransactionThatTheBrokerEndedIsMendedByARenewalF2() throws Exception {
        RingProducer producer = fenced(Duration.ofMillis(1_500));
        offset(send(producer, 0, "a"));
        awaitEndedByBroker();

        CompletableFuture<Long> refused = send(producer, 0, "b");
        assertThatThrownBy(() -> offset(refused)).isInstanceOf(ExecutionException.class);
        producer.renew();
        offset(send(producer, 0, "b"));

        assertThat(read(0, 2)).containsExactly("a", "b");
    }

    @Test
    void aRenewalThatComesTooLateGoesOnAllTheSameF2() throws Exception {
        RingProducer producer = fenced(Duration.ofMillis(1_500));
        offset(send(producer, 0, "a"));
        awaitEndedByBroker();

        producer.renew();
        offset(send(producer, 0, "b"));

        assertThat(read(0, 2)).containsExactly("a", "b");
    }

    @Test
    void aRecordTooLargeForTheRingIsToldToItsOutcome() throws Exception {
        RingProducer producer = fenced(Duration.ofSeconds(60));
        CompletableFuture<Long> outcome = new CompletableFuture<>();
        producer.send(0, new byte[RECORD_BYTES + 1], completing(outcome));

        assertThatThrownBy(() -> offset(outcome)).hasCauseInstanceOf(RecordTooLargeException.class);
    }

    @Test
    void aLogMadeMeanwhileIsReachedSoon() throws Exception {
        RingProducer producer = fenced(Duration.ofSeconds(60));
        assertThat(producer.logs()).isEqualTo(2);
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();

        Awaitility.await().atMost(PATIENCE).until(() -> producer.logs() == 3);
        assertThat(offset(send(producer, 2, "a"))).isZero();
    }

    @Test
    void whenAllBrokersAreGoneRecordsWaitAndNoneFailsF5() throws Exception {
        RingProducer producer;
        try (TestCluster lost = TestCluster.start();
                Admin itsAdmin = Admin.create(Map.of("bootstrap.servers", lost.bootstrapServers()))) {
            NewTopic ring = new NewTopic(topic, Optional.of(2), Optional.empty());
            itsAdmin.createTopics(List.of(ring)).all().get();
            producer = open(Duration.ofSeconds(60), Map.of("bootstrap.servers", lost.bootstrapServers()));
            producer.fence();
            offset(send(producer, 0, "before"));
        }
        List<CompletableFuture<Long>> waiting = new ArrayList<>();
        Awaitility.await().pollInterval(Duration.ofMillis(100)).atMost(PATIENCE).until(() -> {
            waiting.add(send(producer, 0, "during"));
            return waiting.size() == 30;
        });

        assertThat(waiting).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void aSendOfWhichTheTopicIsNotKnownNowIsHandedBackAtOnce() throws Exception {
        RingProducer producer = fenced(Duration.ofSeconds(60));
        offset(send(producer, 0, "a"));
        admin.deleteTopics(List.of(topic)).all().get();
        Awaitility.await().atMost(PATIENCE).until(() -> producer.logs() == 0);

        assertThat(producer.send(0, new byte[1], completing(new CompletableFuture<>())))
                .isFalse();
    }

    @Test
    void settingsThatThePromisesRestOnAreForced() throws Exception {
        Map<String, Object> harmful = Map.of(
                "bootstrap.servers",
                cluster.bootstrapServers(),
                "acks",
                "0",
                "enable.idempotence",
                "false",
                "retries",
                0,
                "delivery.timeout.ms",
                1,
                "buffer.memory",
                1L,
                "batch.size",
                64 << 20);
        RingProducer producer = open(Duration.ofSeconds(60), harmful);
        producer.fence();

        assertThat(offset(send(producer, 0, "a"))).isZero();
    }

    @Test
    void theBufferHoldsAFullQueueOfRecordsThatFillHalfABatchEach() {
        long inflightBytes = 32L << 20;
        long recordBytes = (512L << 10) + 1;
        long batches = inflightBytes / recordBytes;

        assertThat(batches << 20).isLessThanOrEqualTo(KafkaRingProducer.bufferBytes(inflightBytes));
    }

    @Test
    void closingTwiceAndClosingUnfencedDoNothing() {
        RingProducer producer = open(Duration.ofSeconds(60), client());
        producer.close();
        producer.close();
    }

    private RingProducer fenced(Duration transactionTimeout) {
        RingProducer producer = open(transactionTimeout, client());
        producer.fence();
        return producer;
    }

    private RingProducer open(Duration transactionTimeout, Map<String, Object> properties) {
        SourceSettings settings = new SourceSettings(
                AckMode.WRITE,
                8 << 20,
                4 << 20,
                PATIENCE,
                1 << 20,
                Duration.ofSeconds(1),
                PATIENCE,
                transactionTimeout);
        RingProducer producer = KafkaRingProducer.open(topic, mirrorId.toString(), settings, RECORD_BYTES, properties);
        producers.add(producer);
        return producer;
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", cluster.bootstrapServers());
    }

    private static CompletableFuture<Long> send(RingProducer producer, int log, String text) {
        CompletableFuture<Long> outcome = new CompletableFuture<>();
        producer.send(log, text.getBytes(StandardCharsets.UTF_8), completing(outcome));
        return outcome;
    }

    private static RingProducer.Outcome completing(CompletableFuture<Long> outcome) {
        return new RingProducer.Outcome() {
            @Override
            public void appended(long offset, long timeMs, boolean last) {
                outcome.complete(offset);
            }

            @Override
            public void failed(Exception failure) {
                outcome.completeExceptionally(failure);
            }
        };
    }

    private static long offset(CompletableFuture<Long> outcome) throws Exception {
        return outcome.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void awaitEndedByBroker() {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> admin.describeTransactions(List.of(mirrorId.toString()))
                                .description(mirrorId.toString())
                                .get()
                                .state()
                        == TransactionState.COMPLETE_ABORT);
    }

    private List<String> read(int log, int count) {
        List<String> texts = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, log);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end && texts.size() < count) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> texts.add(new String(record.value(), StandardCharsets.UTF_8)));
            }
        }
        return texts;
    }
}
