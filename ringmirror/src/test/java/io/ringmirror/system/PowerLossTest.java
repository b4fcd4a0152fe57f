package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.cli.Main;
import io.ringmirror.client.NbdClient;
import io.ringmirror.processes.Brokers;
import io.ringmirror.processes.Children;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.ClusterSettings;
import io.ringmirror.server.MirrorServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A lone broker loses power, and its disk what was not forced: the topic of transactions is what it was a while before,
 * the rings are whole (failure 6). The coordinator then cannot end a writer's transaction, for ever, and lets nobody in.
 *
 * <p>The scene is set once; each test has a mirror of its own whose fence is stuck. No server and no tracker runs
 * meanwhile, as whoever asks to be let in may make the coordinator's epoch higher: a writer under the mirror's id renews its
 * transaction, as a source does, until its log is far ahead of an earlier copy.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PowerLossTest {
    private static final int SECTOR_BYTES = 512;

    /** How many of its transactions the coordinator forgets: more than it goes ahead when it ends one or lets one in. */
    private static final int FORGOTTEN = 10;

    /** How long one who is not let in waits; a coordinator that is well answers within milliseconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** A broker that was killed is let in again when its session from before is over. */
    private static final String BROKER = "broker.session.timeout.ms=4000\nbroker.heartbeat.interval.ms=500\n";

    private static final String TRANSACTIONS = "__transaction_state-";

    private Path broker;
    private Children children;
    private Brokers brokers;
    private Stage stage;
    private Admin admin;
    private Stuck waiting;
    private Stuck dead;

    /**
     * A mirror, and the last that was let in as its writer.
     *
     * @param first what its log has already
     */
    private record Stuck(
            Definition mirror,
            TopicPartition log,
            KafkaProducer<byte[], byte[]> old,
            ProducerRecord<byte[], byte[]> first) {
        String name() {
            return mirror.mirror();
        }
    }

    @BeforeAll
    void losePower(@TempDir Path directory) throws Exception {
        broker = directory.resolve("broker1");
        children = new Children(directory);
        brokers = Brokers.start(1, directory, children, List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"), BROKER);
        stage = Stage.over(directory.resolve("stage"), brokers.bootstrapServers(), 1);
        admin = Admin.create(stage.client());
        Definition.Volume disk = new Definition.Volume("disk", 8 << 20);
        stage.define("well", "east", List.of("west"), disk);
        List<Definition> defined = List.of(
                stage.define("waiting", "east", List.of("west"), disk),
                stage.define("dead", "east", List.of("west"), disk));
        try (MirrorServer east = server("east")) {
            for (Definition mirror : defined) {
                write(east, mirror.mirror(), 1);
            }
        }
        waiting = stuck(defined.get(0));
        dead = stuck(defined.get(1));
        List<Stuck> both = List.of(waiting, dead);
        stage.stopTracker();
        for (Stuck mirror : both) {
            mirror.old().initTransactions();
            mirror.old().beginTransaction();
            appendAgain(mirror);
        }
        Path older = directory.resolve("older");
        copyTransactions(broker, older);
        for (Stuck mirror : both) {
            assertThat(transaction(mirror).state()).isEqualTo(TransactionState.ONGOING);
            for (int i = 0; i < FORGOTTEN; i++) {
                mirror.old().abortTransaction();
                mirror.old().beginTransaction();
                appendAgain(mirror);
            }
        }
        brokers.broker(0).kill();
        deleteTransactions();
        copyTransactions(older, broker);
        brokers.restart(0);
        for (Stuck mirror : both) {
            requireStuck(mirror);
        }
        stage.startTracker("tracker");
    }

    @AfterAll
    void stop() {
        List.of(waiting, dead).forEach(mirror -> mirror.old().close(Duration.ZERO));
        admin.close();
        stage.close();
        children.close();
    }

    @Test
    void aSourceThatIsNotLetInSaysWhatToDoAndServesByItselfWithANewFenceF6() throws Exception {
        try (MirrorServer east = server("east")) {
            stage.await(
                    waiting.name(),
                    "the source says what to do",
                    status -> Stage.replica(status, "east").stopped().contains("ringmirror refence"));
            Stage.awaitRole(east, "well", Role.SOURCE);

            assertThat(run(0, "refence", waiting.name()))
                    .contains("PrepareAbort", "the fence is stuck", "open transactions: producer", "nothing was done");
            appendAgain(waiting);
            assertThat(run(0, "refence", waiting.name(), "--execute"))
                    .contains("cannot end its transaction", "refused by 3 logs", "has a new fence");

            requireRefused(waiting);
            assertThat(read(east, waiting)).isEqualTo(1);
            write(east, waiting.name(), 2);
            assertThat(read(east, waiting)).isEqualTo(2);
        }
    }

    @Test
    void whereTheSourceIsDeadAnotherHasAllThatWasAcknowledgedAndTheOldOneFollowsWhenItStartsF6() throws Exception {
        try (MirrorServer west = server("west")) {
            Stage.awaitRole(west, dead.name(), Role.DESTINATION);
            assertThat(promote(1, "west")).contains("ringmirror refence");
            appendAgain(dead);

            assertThat(run(0, "refence", dead.name(), "--execute")).contains("has a new fence");

            requireRefused(dead);
            promote(0, "west");
            assertThat(read(west, dead)).isEqualTo(1);
            write(west, dead.name(), 2);
            try (MirrorServer east = server("east")) {
                Stage.awaitRole(east, dead.name(), Role.DESTINATION);
                promote(0, "east");
                assertThat(read(east, dead)).isEqualTo(2);
            }
        }
    }

    private String promote(int code, String server) {
        return run(code, "promote", dead.name(), "--server", server, "--drain", "0s", "--wait", "--execute");
    }

    private static void requireRefused(Stuck mirror) {
        assertThatThrownBy(() -> appendAgain(mirror)).hasRootCauseInstanceOf(InvalidProducerEpochException.class);
    }

    private Stuck stuck(Definition mirror) {
        TopicPartition log = new TopicPartition(Stage.TOPICS.ring(mirror.mirror()), 0);
        return new Stuck(mirror, log, writer(mirror), firstRecord(log));
    }

    private void requireStuck(Stuck mirror) throws Exception {
        assertThat(epochInLog(mirror))
                .isGreaterThanOrEqualTo(transaction(mirror).producerEpoch() + FORGOTTEN);
        try (KafkaProducer<byte[], byte[]> newcomer = writer(mirror.mirror())) {
            assertThatThrownBy(newcomer::initTransactions).isInstanceOf(TimeoutException.class);
        }
        assertThat(transaction(mirror).state()).isEqualTo(TransactionState.PREPARE_ABORT);
        assertThat(epochInLog(mirror)).isGreaterThan(transaction(mirror).producerEpoch());
    }

    private MirrorServer server(String name) throws Exception {
        Map<String, Object> producer = new HashMap<>(stage.client());
        producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
        ClusterSettings cluster = new ClusterSettings(List.of(), Set.of(), stage.client(), producer, stage.client());
        return stage.server(name, List.of(cluster), Role.SOURCE, Role.DESTINATION);
    }

    /** One who may write if the mirror's fence lets him in. */
    private KafkaProducer<byte[], byte[]> writer(Definition mirror) {
        Map<String, Object> config = new HashMap<>(stage.client());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, mirror.transactionalId());
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Sends what the log has already, as a source does that does not know whether it has; every reader skips it. */
    private static void appendAgain(Stuck mirror) throws Exception {
        mirror.old().send(mirror.first()).get();
    }

    private ProducerRecord<byte[], byte[]> firstRecord(TopicPartition log) {
        try (KafkaConsumer<byte[], byte[]> reader =
                new KafkaConsumer<>(stage.client(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            reader.assign(List.of(log));
            reader.seekToBeginning(List.of(log));
            byte[] value = reader.poll(Stage.PATIENCE).iterator().next().value();
            return new ProducerRecord<>(log.topic(), log.partition(), null, value);
        }
    }

    private static void write(MirrorServer source, String mirror, int value) throws Exception {
        byte[] data = new byte[SECTOR_BYTES];
        data[0] = (byte) value;
        try (NbdClient client = Stage.connect(source, mirror, 1)) {
            client.write(0, ByteBuffer.wrap(data));
            client.flush();
        }
    }

    private static int read(MirrorServer source, Stuck mirror) throws Exception {
        byte[] data = new byte[SECTOR_BYTES];
        try (NbdClient client = Stage.connect(source, mirror.name(), 1)) {
            client.read(0, ByteBuffer.wrap(data));
        }
        return data[0];
    }

    private String run(int code, String... words) {
        StringWriter said = new StringWriter();
        PrintWriter to = new PrintWriter(said, true);
        String[] all = Stream.concat(Stream.of(words), Stream.of("--bootstrap-server", stage.bootstrapServers()))
                .toArray(String[]::new);
        assertThat(Main.run(to, to, all)).as("%s", said).isEqualTo(code);
        return said.toString();
    }

    private TransactionDescription transaction(Stuck mirror) throws Exception {
        String id = mirror.mirror().transactionalId();
        return admin.describeTransactions(List.of(id)).description(id).get();
    }

    private int epochInLog(Stuck mirror) throws Exception {
        return admin
                .describeProducers(List.of(mirror.log()))
                .partitionResult(mirror.log())
                .get()
                .activeProducers()
                .stream()
                .mapToInt(ProducerState::producerEpoch)
                .max()
                .orElseThrow();
    }

    private void deleteTransactions() throws IOException {
        try (Stream<Path> all = Files.list(broker)) {
            for (Path partition : all.filter(PowerLossTest::isOfTransactions).toList()) {
                Utils.delete(partition.toFile());
            }
        }
    }

    private static void copyTransactions(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.list(from)) {
            for (Path partition : all.filter(PowerLossTest::isOfTransactions).toList()) {
                Path copy = Files.createDirectories(to.resolve(partition.getFileName()));
                try (Stream<Path> files = Files.list(partition)) {
                    for (Path file : files.toList()) {
                        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
    }

    private static boolean isOfTransactions(Path partition) {
        return partition.getFileName().toString().startsWith(TRANSACTIONS);
    }
}
