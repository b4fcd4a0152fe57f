package io.ringmirror.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.cli.Cli.Answer;
import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.DefinitionStore;
import io.ringmirror.testing.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code destination add} where a server that has not heard of it gives a log back meanwhile, and {@code destination remove}
 * where the server is or becomes the source.
 */
class DestinationCommandsTest {
    private static TestCluster cluster;
    private static Cli cli;

    @BeforeAll
    static void startBroker() throws Exception {
        cluster = TestCluster.start();
        cli = new Cli(cluster.bootstrapServers());
    }

    @AfterAll
    static void stopBroker() {
        cluster.close();
    }

    /** The tracker reckons with the newcomer, and still one server may delete what was released before. */
    @Test
    void aRegistrationIsUndoneWhereTheRingIsFoundNotWholeBehindTheTrackersAnswer() throws Exception {
        CompletableFuture<Answer> adding = adding("late", "20s");
        say(Told.inSync(definition("late")));
        tellGeneration("late", "a");
        assertThat(cli.run("wait", "late", "--in-sync").exitCode()).isZero();
        assertThat(cli.run("describe", "late").out()).contains("c");
        deleteFirstRecord("late");
        while (!adding.isDone()) {
            tellGeneration("late", "b");
        }

        assertUndone("late", adding.get());
    }

    @Test
    void aRingThatIsNotWholeBeforeIsRefusedAndNothingIsChanged() throws Exception {
        make("former");
        deleteFirstRecord("former");

        Answer refused = cli.run("destination", "add", "former", "--server", "c");

        assertThat(refused.exitCode()).isEqualTo(5);
        assertThat(refused.err()).contains("does not hold its first writes any more", "--seeded");
        assertThat(definition("former").generation()).isEqualTo(1);
    }

    @Test
    void aServerIsAskedForTheChangedDefinitionAsItMaySayNothingByItselfForLong() throws Exception {
        make("idle");
        try (ScriptedServers servers = ScriptedServers.of(
                client(), definition("idle"), asked -> List.of(goesBy("idle", "a", 2), goesBy("idle", "b", 2)))) {
            say(Told.inSync(definition("idle").with(new Definition.Replica("c", UUID.randomUUID()))));

            Answer answer = cli.run("destination", "add", "idle", "--server", "c");

            assertThat(answer.exitCode()).as(answer.err()).isZero();
            assertThat(servers.told()).extracting(Command::action).containsOnly(Command.Action.ASK_FIT);
        }
    }

    /** What the tracker said last is old, as it does not run. */
    @Test
    void aServerThatSaysThatItIsTheSourceIsNotRemoved() throws Exception {
        make("taken");
        try (ScriptedServers servers = ScriptedServers.of(
                client(), definition("taken"), asked -> List.of(isSource(definition("taken"), asked)))) {
            Answer answer = cli.run("destination", "remove", "taken", "--server", "b", "--execute", "--timeout", "1s");

            assertThat(answer.exitCode()).isEqualTo(1);
            assertThat(answer.err()).contains("server 'b' is the source of mirror 'taken'");
            assertThat(definition("taken").generation()).isEqualTo(1);
            assertThat(servers.told()).hasSize(1);
        }
    }

    private static Event isSource(Definition definition, Command asked) {
        return ScriptedServers.says(definition, "b", Role.SOURCE, 2, new Event.Fact.Ready(asked.commandId()));
    }

    private static void assertUndone(String mirror, Answer answer) {
        assertThat(answer.exitCode()).as(answer.err()).isEqualTo(5);
        assertThat(answer.err())
                .contains("lost its first writes while the server was registered", "undone", "--seeded");
        assertThat(definition(mirror).generation()).isEqualTo(3);
        assertThat(definition(mirror).replicaOf("c")).isEmpty();
    }

    /** A mirror, and a command that adds server c to it, as soon as its definition says so. */
    private static CompletableFuture<Answer> adding(String mirror, String limit) throws Exception {
        make(mirror);
        CompletableFuture<Answer> adding = CompletableFuture.supplyAsync(
                () -> cli.run("destination", "add", mirror, "--server", "c", "--timeout", limit));
        Awaitility.await().until(() -> definition(mirror).generation() == 2);
        return adding;
    }

    private static void make(String mirror) throws Exception {
        Answer made = cli.run("create", mirror, "--volume", "v=1M", "--source", "a", "--destination", "b");
        assertThat(made.exitCode()).as(made.err()).isZero();
        send(ring(mirror), null, new byte[] {1}, new ByteArraySerializer());
    }

    private static void deleteFirstRecord(String mirror) throws Exception {
        try (Admin admin = Admin.create(client())) {
            admin.deleteRecords(Map.of(new TopicPartition(ring(mirror), 0), RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get();
        }
    }

    private static void tellGeneration(String mirror, String server) throws Exception {
        try (MirrorSerdes serdes = MirrorSerdes.configured(Map.of())) {
            send(
                    "ringmirror.events",
                    mirror,
                    goesBy(mirror, server, 2),
                    serdes.events().serializer());
        }
    }

    private static Event goesBy(String mirror, String server, long generation) {
        Definition definition = definition(mirror);
        return new Event(
                definition.mirrorId(),
                mirror,
                server,
                definition.replicaOf(server).orElseThrow().replicaId(),
                1,
                0,
                new Event.Fact.Beat(),
                new Event.ReplicaState(Role.DESTINATION, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of()),
                Set.of(),
                generation);
    }

    private static void say(MirrorStatus status) throws Exception {
        try (MirrorSerdes serdes = MirrorSerdes.configured(Map.of())) {
            send("ringmirror.status", status.mirror(), status, serdes.statuses().serializer());
        }
    }

    private static <T> void send(String topic, String key, T value, Serializer<T> serializer) throws Exception {
        try (KafkaProducer<String, T> producer = new KafkaProducer<>(client(), new StringSerializer(), serializer)) {
            producer.send(new ProducerRecord<>(topic, 0, key, value)).get();
        }
    }

    private static String ring(String mirror) {
        return new TopicNames(TopicNames.DEFAULT_PREFIX).ring(mirror);
    }

    private static Definition definition(String mirror) {
        try (MirrorSerdes serdes = MirrorSerdes.configured(Map.of())) {
            return new DefinitionStore(
                            new TopicNames(TopicNames.DEFAULT_PREFIX), serdes, client(), Duration.ofSeconds(10))
                    .find(mirror)
                    .orElseThrow();
        }
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", cluster.bootstrapServers());
    }
}
