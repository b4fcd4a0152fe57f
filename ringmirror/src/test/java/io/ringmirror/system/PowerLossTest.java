package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.cli.Main;
import io.ringmirror.client.NbdClient;
import io.ringmirror.processes.Brokers;
import io.ringmirror.processes.Children;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.MirrorServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A lone broker loses power, and its disk what was not forced: the topic of transactions is what it was a while before,
 * the ring is whole (failure 6). The coordinator then cannot end the source's transaction, for ever.
 */
@Tag("long")
class PowerLossTest {
    private static final int SECTOR_BYTES = 512;

    /**
     * A coordinator goes an epoch on with each attempt to end what is too old or to let somebody in, and is stuck no more
     * once it has come up with the log.
     */
    private static final int AGES = 8;

    private static final String TRANSACTIONS = "__transaction_state-";

    @TempDir
    Path directory;

    private Children children;
    private Brokers brokers;
    private Stage stage;
    private Admin admin;
    private Definition mirror;

    @BeforeEach
    void start() throws Exception {
        children = new Children(directory);
        brokers = Brokers.start(
                1,
                directory,
                children,
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                "transaction.abort.timed.out.transaction.cleanup.interval.ms=500\n");
        stage = Stage.over(directory.resolve("stage"), brokers.bootstrapServers(), 1);
        admin = Admin.create(stage.client());
        mirror = stage.define("m", "east", List.of("west"), new Definition.Volume("disk", 8 << 20));
    }

    @AfterEach
    void stop() {
        admin.close();
        stage.close();
        children.close();
    }

    @Test
    void aMirrorWhoseFenceIsStuckIsWritableAgainWithANewOneAndHasAllThatWasAcknowledgedF6() throws Exception {
        MirrorServer east = stage.server("east", Role.SOURCE, Role.DESTINATION);
        MirrorServer west = stage.server("west", Role.SOURCE, Role.DESTINATION);
        Path older = directory.resolve("older");
        try (NbdClient client = Stage.connect(east, "m", 1)) {
            Awaitility.await("an open transaction was copied")
                    .atMost(Stage.PATIENCE)
                    .until(() -> {
                        write(client, 1);
                        TransactionDescription before = transaction();
                        copyTransactions(directory.resolve("broker1"), older);
                        return before.state() == TransactionState.ONGOING && before.equals(transaction());
                    });
            int epoch = writer().producerEpoch();
            Awaitility.await("the transaction was renewed")
                    .atMost(Stage.PATIENCE)
                    .until(() -> {
                        write(client, 2);
                        return writer().producerEpoch() > epoch + AGES;
                    });
            write(client, 3);
        }

        brokers.broker(0).kill();
        deleteTransactions();
        copyTransactions(older, directory.resolve("broker1"));
        brokers.restart(0);
        Awaitility.await("the fence is stuck").atMost(Stage.PATIENCE).untilAsserted(() -> {
            assertThat(transaction().state()).isEqualTo(TransactionState.PREPARE_ABORT);
            assertThat(writer().currentTransactionStartOffset()).isPresent();
        });

        assertThat(run("refence", "m")).contains("PrepareAbort", "producer", "nothing was done");
        assertThat(run("refence", "m", "--execute")).contains("cannot end its transaction", "has a new fence");
        stage.order(mirror, "west", Action.PROMOTE);
        try (NbdClient client = Stage.connect(west, "m", 1)) {
            assertThat(read(client)).isEqualTo(3);
            write(client, 4);
        }
        Awaitility.await("the old source follows, though it may wait for the old fence first")
                .atMost(Stage.PATIENCE.multipliedBy(2))
                .until(() -> east.mirrors().get("m") == Role.DESTINATION);
        stage.order(mirror, "east", Action.PROMOTE);
        try (NbdClient client = Stage.connect(east, "m", 1)) {
            assertThat(read(client)).isEqualTo(4);
        }
    }

    private static void write(NbdClient client, int value) throws Exception {
        byte[] data = new byte[SECTOR_BYTES];
        data[0] = (byte) value;
        client.write(0, ByteBuffer.wrap(data));
        client.flush();
    }

    private static int read(NbdClient client) throws Exception {
        byte[] data = new byte[SECTOR_BYTES];
        client.read(0, ByteBuffer.wrap(data));
        return data[0];
    }

    private String run(String... words) {
        StringWriter said = new StringWriter();
        PrintWriter to = new PrintWriter(said, true);
        String[] all = Stream.concat(Stream.of(words), Stream.of("--bootstrap-server", stage.bootstrapServers()))
                .toArray(String[]::new);
        assertThat(Main.run(to, to, all)).as("%s", said).isZero();
        return said.toString();
    }

    private TransactionDescription transaction() throws Exception {
        String id = mirror.mirrorId().toString();
        return admin.describeTransactions(List.of(id)).description(id).get();
    }

    private ProducerState writer() throws Exception {
        TopicPartition log = new TopicPartition(Stage.TOPICS.ring("m"), 0);
        return admin.describeProducers(List.of(log))
                .partitionResult(log)
                .get()
                .activeProducers()
                .get(0);
    }

    private void deleteTransactions() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("broker1"))) {
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
