package io.ringmirror.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringmirror.cli.Cli.Answer;
import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.DefinitionConflictException;
import io.ringmirror.schemas.topics.DefinitionStore;
import io.ringmirror.testing.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The commands that speak to a cluster, on a real broker; each test has a mirror of its own. */
class MirrorCommandsTest {
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

    @Test
    void aMirrorIsMadeListedAndDescribed() throws Exception {
        Answer created = cli.run(
                "create", "made", "--volume", "data=1G", "--volume", "log=64M", "--source", "a", "--destination", "b");

        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(created.out()).startsWith("created mirror made with id ");
        assertThat(created.err()).contains("replication.factor");
        assertThat(cli.run("list").out()).contains("made", "data,log", "1.1 GiB", "a", "b");
        JsonNode json = new ObjectMapper()
                .readTree(cli.run("describe", "made", "-o", "json").out());
        assertThat(json.at("/version").asInt()).isEqualTo(1);
        assertThat(json.at("/mirrors/0/volumes/1/sizeBytes").asLong()).isEqualTo(64 << 20);
        assertThat(json.at("/mirrors/0/replicas").size()).isEqualTo(2);
        assertThat(json.at("/status").isNull()).isTrue();
        assertThat(json.at("/ringBytesOnDisk").isNumber()).isTrue();
        assertThat(cli.run("describe", "made").out()).contains("ringmirror.made.log", "tracker has not spoken");
    }

    @Test
    void aNameIsTakenOnce() {
        create("taken");
        String before = cli.run("describe", "taken", "-o", "json").out();

        Answer again = cli.run("create", "taken", "--volume", "x=1M", "--source", "c", "--destination", "d");

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).startsWith("ringmirror: there is a mirror 'taken'");
        assertThat(cli.run("describe", "taken", "-o", "json").out()).isEqualTo(before);
    }

    @Test
    void ofTwoPeopleWhoMakeAMirrorAtOnceOneDoesAndTheOtherIsTold() throws Exception {
        create("others");
        List<Answer> answers = atOnce(
                () -> cli.run("create", "race", "--volume", "x=1M", "--source", "a", "--destination", "b"),
                () -> cli.run("create", "race", "--volume", "x=1M", "--source", "a", "--destination", "c"));

        assertThat(answers)
                .as(answers.toString())
                .filteredOn(answer -> answer.exitCode() == 0)
                .hasSize(1);
        Answer winner = answers.get(answers.get(0).exitCode() == 0 ? 0 : 1);
        Answer loser = answers.get(answers.get(0).exitCode() == 0 ? 1 : 0);
        assertThat(loser.exitCode()).isEqualTo(1);
        assertThat(loser.err()).containsAnyOf("there is a mirror 'race'", "by another command", "another command is");
        assertThat(winner.out()).contains(idOf("race").toString());
        assertThat(topics()).contains("ringmirror.race.log");
    }

    @Test
    void ofTwoPeopleWhoAddADestinationAtOnceOneDoesAndTheOtherIsTold() throws Exception {
        create("widened");
        List<Answer> answers = atOnce(
                () -> cli.run("destination", "add", "widened", "--server", "c", "--timeout", "2s"),
                () -> cli.run("destination", "add", "widened", "--server", "d", "--timeout", "2s"));

        JsonNode json = new ObjectMapper()
                .readTree(cli.run("describe", "widened", "-o", "json").out());
        long generation = json.at("/mirrors/0/generation").asLong();
        long told = answers.stream()
                .filter(answer -> answer.err().contains("Nothing was done"))
                .count();
        assertThat(generation - 1 + told).as(answers.toString()).isEqualTo(2);
        assertThat(json.at("/mirrors/0/replicas").size()).isEqualTo(2 + (int) generation - 1);
    }

    @Test
    void aMirrorThatWasChangedSinceItWasSeenIsNotDeleted() throws Exception {
        create("seen");
        try (MirrorSerdes serdes = MirrorSerdes.configured(Map.of())) {
            DefinitionStore definitions = new DefinitionStore(
                    new TopicNames(TopicNames.DEFAULT_PREFIX), serdes, client(), Duration.ofSeconds(10));
            Definition seen = definitions.find("seen").orElseThrow();
            cli.run("destination", "add", "seen", "--server", "c", "--timeout", "1s");

            assertThatThrownBy(() -> definitions.delete(seen))
                    .isInstanceOf(DefinitionConflictException.class)
                    .hasMessageContaining("changed meanwhile");
        }
        assertThat(cli.run("describe", "seen").out()).contains("c");
    }

    @Test
    void whatCannotBeAMirrorIsExitTwoAndMakesNothingF28() throws Exception {
        List<List<String>> wrong = List.of(
                List.of("--volume", "v=0", "--source", "a", "--destination", "b"),
                List.of("--volume", "v=513", "--source", "a", "--destination", "b"),
                List.of("--volume", "v=9999999999T", "--source", "a", "--destination", "b"),
                List.of("--volume", "V!=1M", "--source", "a", "--destination", "b"),
                List.of("--volume", "v", "--source", "a", "--destination", "b"),
                List.of("--volume", "v=1M", "--volume", "v=2M", "--source", "a", "--destination", "b"),
                List.of("--volume", "v=1M", "--source", "a", "--destination", "a"),
                List.of("--volume", "v=1M", "--source", "a"),
                List.of("--volume", "v=1M", "--source", "a", "--destination", "b", "--ring-max-logs", "1"));
        for (List<String> options : wrong) {
            List<String> args = new ArrayList<>(List.of("create", "wrong"));
            args.addAll(options);

            Answer answer = cli.run(args.toArray(String[]::new));

            assertThat(answer.exitCode()).as(options.toString()).isEqualTo(2);
            assertThat(answer.err().lines()).as(options.toString()).hasSize(1);
        }
        assertThat(topics()).doesNotContain("ringmirror.wrong.log");
    }

    @Test
    void moreReplicasThanBrokersIsSaidAndMakesNoMirror() throws Exception {
        Answer answer = cli.run(
                "create",
                "wide",
                "--volume",
                "v=1M",
                "--source",
                "a",
                "--destination",
                "b",
                "--set",
                "replication.factor=3",
                "--set",
                "topic.prefix=wide");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.err()).containsIgnoringCase("replication factor");
        assertThat(topics()).doesNotContain("wide.wide.log");
    }

    @Test
    void deletingShowsItsPlanAndActsWhenTold() throws Exception {
        create("gone");

        Answer plan = cli.run("delete", "gone");
        assertThat(plan.exitCode()).isZero();
        assertThat(plan.out()).contains("would forget mirror gone", "would delete topic ringmirror.gone.log");
        assertThat(cli.run("list").out()).contains("gone");

        assertThat(cli.run("delete", "gone", "--execute").exitCode()).isZero();
        assertThat(cli.run("list").out()).doesNotContain("gone");
        Awaitility.await().until(() -> !topics().contains("ringmirror.gone.log"));
        assertThat(cli.run("delete", "gone").exitCode()).isEqualTo(1);
    }

    @Test
    void topicsThatWereChangedAreFoundAndMended() throws Exception {
        create("mended");
        setConfig("ringmirror.mended.log", "retention.ms", "1000");

        Answer plan = cli.run("topics");
        assertThat(plan.exitCode()).isZero();
        assertThat(plan.out()).contains("would set retention.ms of ringmirror.mended.log to -1, is 1000");

        assertThat(cli.run("topics", "--execute").exitCode()).isZero();
        assertThat(cli.run("topics").out()).doesNotContain("mended");
    }

    /** As a tracker of an earlier version made it. */
    @Test
    void theTrackersMemoryIsSeenToWhereItIs() throws Exception {
        create("remembered");
        String changelog = "ringmirror.tracker-statuses-changelog";
        try (Admin admin = Admin.create(client())) {
            admin.createTopics(
                            List.of(new NewTopic(changelog, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
        }
        Answer plan = cli.run("topics");
        assertThat(plan.out()).contains("would set segment.bytes of " + changelog + " to 8388608");
        assertThat(plan.err()).contains(changelog + ": segment.bytes is 1073741824");

        assertThat(cli.run("topics", "--execute").exitCode()).isZero();
        assertThat(cli.run("topics").err()).doesNotContain(changelog);
    }

    @Test
    void aLoneBrokersFenceIsForcedAsTheRingIsAndSeenToF6() throws Exception {
        create("forced");
        assertThat(flushMessages("__transaction_state")).isEqualTo("1");
        setConfig("__transaction_state", "flush.messages", "1000");

        assertThat(cli.run("topics").out()).contains("would set flush.messages of __transaction_state to 1, is 1000");
        assertThat(cli.run("topics", "--execute").exitCode()).isZero();
        assertThat(flushMessages("__transaction_state")).isEqualTo("1");
    }

    @Test
    void statusShowsWhatTheTrackerSaidAndWaitWaitsForIt() throws Exception {
        create("watched");
        Answer unspoken = cli.run("status", "watched");
        assertThat(unspoken.err()).contains("tracker has not spoken of mirror 'watched'");
        assertThat(unspoken.exitCode()).isEqualTo(6);
        UUID id = idOf("watched");

        Answer late = cli.run("wait", "watched", "--released", "7", "--timeout", "500ms");
        assertThat(late.err()).contains("not reached in 0.5 s");
        assertThat(late.exitCode()).isEqualTo(1);

        say(status("watched", id, 7));
        assertThat(cli.run("status", "watched").exitCode()).isZero();
        assertThat(cli.run("wait", "watched", "--released", "7").out()).contains("released epoch 7");
        assertThat(cli.run("wait", "watched", "--in-sync").exitCode()).isZero();
        assertThat(cli.run("status", "watched").out()).contains("in-sync");
        JsonNode json = new ObjectMapper()
                .readTree(cli.run("status", "watched", "-o", "json").out());
        assertThat(json.at("/mirrors/0/releasedEpoch").asLong()).isEqualTo(7);
    }

    /** What a tracker said that died since. */
    @Test
    void anOldWordOfTheTrackerIsNoWordF25() throws Exception {
        create("forsaken");
        say(Told.at(status("forsaken", idOf("forsaken"), 7), System.currentTimeMillis() - 60_000));

        Answer status = cli.run("status", "forsaken");
        assertThat(status.exitCode()).isEqualTo(6);
        assertThat(status.out()).contains("silent", "the tracker has not spoken since", "before, in-sync");
        assertThat(status.err()).contains("the tracker is silent about forsaken");
        assertThat(cli.run("wait", "forsaken", "--in-sync", "--timeout", "500ms")
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void thePresentSourceIsNamed() throws Exception {
        create("moved");
        assertThat(cli.run("list").out()).containsPattern("moved +v +1 MiB +a +b");
        MirrorStatus told = status("moved", idOf("moved"), 7);
        say(Told.by(told, Told.replica("a", Role.DESTINATION, 2), Told.replica("b", Role.SOURCE, 2)));

        assertThat(cli.run("list").out()).containsPattern("moved +v +1 MiB +b +a");
        assertThat(cli.run("describe", "moved").out())
                .containsPattern("Source: +b")
                .containsPattern("Replica: +a");
        say(Told.by(told, Told.replica("a", Role.DESTINATION, 2), Told.replica("b", Role.DESTINATION, 2)));

        assertThat(cli.run("list").out()).containsPattern("moved +v +1 MiB +- +a,b");
        assertThat(cli.run("describe", "moved").out()).contains("Source:     none; promote a server");
    }

    @Test
    void flushTellsTheServersOfTheMirror() {
        create("flushed");

        assertThat(cli.run("flush", "flushed").exitCode()).isZero();
        assertThat(cli.run("flush", "flushed", "--server", "b", "--hold").exitCode())
                .isZero();
        assertThat(cli.run("flush", "flushed", "--resume").exitCode()).isZero();

        List<Command> told = commandsFor("flushed", 3);
        assertThat(told)
                .extracting(Command::action)
                .containsExactly(Command.Action.FLUSH, Command.Action.HOLD_FLUSH, Command.Action.RESUME_FLUSH);
        assertThat(told)
                .extracting(Command::server)
                .containsExactly(Optional.empty(), Optional.of("b"), Optional.empty());
        assertThat(cli.run("flush", "flushed", "--server", "c").exitCode()).isEqualTo(1);
        assertThat(cli.run("flush", "flushed", "--hold", "--resume").exitCode()).isEqualTo(2);
    }

    @Test
    void nothingIsDoneAboutRolesWhereNoServerAnswersC11() throws Exception {
        create("silent");

        Answer promoted =
                cli.run("promote", "silent", "--server", "b", "--execute", "--drain", "0s", "--timeout", "1s");
        assertThat(promoted.exitCode()).isEqualTo(1);
        assertThat(promoted.err())
                .contains(
                        "server b did not say within 1 s whether it can take the role; does it run? nothing was done");
        Answer demoted = cli.run("demote", "silent", "--execute", "--timeout", "1s");
        assertThat(demoted.exitCode()).isEqualTo(1);
        assertThat(demoted.err())
                .contains("no server said within 1 s that it is the source of mirror silent; nothing was done");
        assertThat(commandsFor("silent", 2)).extracting(Command::action).containsOnly(Command.Action.ASK_FIT);
    }

    /** A server that had not heard of the new definition gives a log back after the ring was seen to be whole. */
    @Test
    void aRegistrationBehindWhichTheRingIsFoundNotWholeIsUndone() throws Exception {
        create("late");
        UUID id = idOf("late");
        try (Admin admin = Admin.create(client())) {
            TopicPartition log = new TopicPartition("ringmirror.late.log", 0);
            send("ringmirror.late.log", new byte[] {1});
            CompletableFuture<Answer> adding = CompletableFuture.supplyAsync(
                    () -> cli.run("destination", "add", "late", "--server", "c", "--timeout", "20s"));
            Awaitility.await().until(() -> definition("late").generation() == 2);
            admin.deleteRecords(Map.of(log, RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get();
            say(status("late", id, 2, 7));
            while (!adding.isDone()) {
                for (String server : List.of("a", "b")) {
                    tell(
                            id,
                            "late",
                            definition("late").replicaOf(server).orElseThrow(),
                            new Event.Fact.Beat(),
                            Role.DESTINATION,
                            2);
                }
            }

            assertThat(adding.get().exitCode()).isEqualTo(5);
            assertThat(adding.get().err())
                    .contains("lost its first writes while the server was registered", "undone", "--seeded");
            assertThat(definition("late").generation()).isEqualTo(3);
            assertThat(definition("late").replicaOf("c")).isEmpty();
        }
    }

    /** A look at the source goes before the change, and somebody promotes the server between the two. */
    @Test
    void aRemovalOfAServerThatBecomesTheSourceMeanwhileIsUndone() throws Exception {
        create("raised");
        UUID id = idOf("raised");
        Definition.Replica raised = definition("raised").replicaOf("b").orElseThrow();
        CompletableFuture<Answer> removing = CompletableFuture.supplyAsync(
                () -> cli.run("destination", "remove", "raised", "--server", "b", "--execute", "--timeout", "20s"));
        Awaitility.await().until(() -> definition("raised").generation() == 2);
        tell(id, "raised", raised, new Event.Fact.TermBegun(0, 0), Role.SOURCE, 1);
        say(status("raised", id, 2, 7));

        assertThat(removing.get().exitCode()).as(removing.get().toString()).isEqualTo(1);
        assertThat(removing.get().err())
                .contains("server 'b' became the source of mirror 'raised' while it was being removed", "undone");
        assertThat(definition("raised").generation()).isEqualTo(3);
        assertThat(definition("raised").replicaOf("b")).contains(raised);
    }

    /** Its server lets go of the mirror when it reads that it was removed. */
    @Test
    void aRemovalIsUndoneWhereNoTrackerAnswersToo() throws Exception {
        create("orphan");
        UUID id = idOf("orphan");
        Definition.Replica orphan = definition("orphan").replicaOf("b").orElseThrow();
        CompletableFuture<Answer> removing = CompletableFuture.supplyAsync(
                () -> cli.run("destination", "remove", "orphan", "--server", "b", "--execute", "--timeout", "5s"));
        Awaitility.await().until(() -> definition("orphan").generation() == 2);
        tell(id, "orphan", orphan, new Event.Fact.Stopped("the server stopped"), Role.SOURCE, 2);

        assertThat(removing.get().exitCode()).isEqualTo(1);
        assertThat(removing.get().err()).contains("became the source", "undone");
        assertThat(definition("orphan").replicaOf("b")).contains(orphan);
    }

    @Test
    void aRegistrationIsUndoneWhereNoTrackerAnswersToo() throws Exception {
        create("eaten");
        try (Admin admin = Admin.create(client())) {
            send("ringmirror.eaten.log", new byte[] {1});
            CompletableFuture<Answer> adding = CompletableFuture.supplyAsync(
                    () -> cli.run("destination", "add", "eaten", "--server", "c", "--timeout", "5s"));
            Awaitility.await().until(() -> definition("eaten").generation() == 2);
            admin.deleteRecords(Map.of(new TopicPartition("ringmirror.eaten.log", 0), RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get();

            assertThat(adding.get().exitCode()).isEqualTo(5);
            assertThat(adding.get().err()).contains("lost its first writes while the server was registered", "undone");
            assertThat(definition("eaten").replicaOf("c")).isEmpty();
        }
    }

    @Test
    void aServerIsToldToTryAMirrorAgain() {
        create("standing");

        Answer unheard = cli.run("retry", "standing", "--server", "b", "--timeout", "1s");
        assertThat(unheard.exitCode()).isEqualTo(1);
        assertThat(unheard.err()).contains("server b did not say within 1 s that mirror standing runs there");
        assertThat(commandsFor("standing", 1)).extracting(Command::action).containsExactly(Command.Action.RETRY);
        assertThat(cli.run("retry", "standing", "--server", "c").exitCode()).isEqualTo(2);
    }

    @Test
    void aDestinationIsAddedAndRemovedByTheNextGenerationOfTheDefinition() throws Exception {
        create("wider");
        UUID id = idOf("wider");

        Answer unanswered = cli.run("destination", "add", "wider", "--server", "c", "--timeout", "1s");
        assertThat(unanswered.exitCode()).isEqualTo(1);
        assertThat(unanswered.err()).contains("nothing is released until it does");
        assertThat(cli.run("describe", "wider").out()).contains("c");
        assertThat(cli.run("destination", "add", "wider", "--server", "c").err())
                .contains("already");

        say(status("wider", id, 7));
        assertThat(cli.run("destination", "remove", "wider", "--server", "a").err())
                .contains("promote another");
        assertThat(cli.run("destination", "remove", "wider", "--server", "c").err())
                .contains("nothing was done");
        assertThat(cli.run("destination", "remove", "wider", "--server", "c", "--execute", "--timeout", "1s")
                        .exitCode())
                .isEqualTo(1);
        JsonNode json = new ObjectMapper()
                .readTree(cli.run("describe", "wider", "-o", "json").out());
        assertThat(json.at("/mirrors/0/generation").asLong()).isEqualTo(3);
        assertThat(json.at("/mirrors/0/replicas").size()).isEqualTo(2);
    }

    @Test
    void aClusterWithoutMirrorsHasNoneToShow() {
        Answer list = cli.run("list", "--set", "topic.prefix=fresh");
        assertThat(list.exitCode()).as(list.err()).isZero();
        assertThat(list.out()).isEmpty();
        assertThat(list.err()).contains("ringmirror create");
        assertThat(cli.run("list", "-o", "json", "--set", "topic.prefix=fresh").out())
                .contains("\"mirrors\" : [ ]");
        for (String command : List.of("describe", "flush", "delete")) {
            Answer answer = cli.run(command, "m", "--set", "topic.prefix=fresh");
            assertThat(answer.exitCode()).as(command).isEqualTo(1);
            assertThat(answer.err()).startsWith("ringmirror: there is no mirror 'm'");
        }
    }

    @Test
    void aRegistryThatIsAwayIsMetBeforeAnythingIsMade() throws Exception {
        Answer answer = cli.run(
                "create",
                "unwritten",
                "--volume",
                "v=1M",
                "--source",
                "a",
                "--destination",
                "b",
                "--set",
                "topic.prefix=unwritten",
                "--set",
                "record.format=schema-registry",
                "--set",
                "schema.registry.url=http://127.0.0.1:1");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(topics()).noneMatch(topic -> topic.startsWith("unwritten"));
    }

    @Test
    void aMirrorThatAServerRunsIsDeletedOnlyIfTheUserInsists() throws Exception {
        create("busy");
        ScheduledExecutorService server = Executors.newSingleThreadScheduledExecutor();
        try (MirrorSerdes serdes = MirrorSerdes.configured(Map.of());
                KafkaProducer<String, Event> beats = new KafkaProducer<>(
                        client(), new StringSerializer(), serdes.events().serializer())) {
            Event beat = beat("busy", "b");
            Future<?> unused = server.scheduleAtFixedRate(
                    () -> {
                        Future<?> unusedSend = beats.send(new ProducerRecord<>("ringmirror.events", "busy", beat));
                    },
                    0,
                    100,
                    TimeUnit.MILLISECONDS);

            Answer refused = cli.run("delete", "busy", "--execute");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("server b says that it runs mirror 'busy'", "SIGTERM", "--force");
            assertThat(cli.run("list").out()).contains("busy");

            assertThat(cli.run("delete", "busy", "--execute", "--force").exitCode())
                    .isZero();
            assertThat(cli.run("list").out()).doesNotContain("busy");
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void aServerWithoutACopyIsAnsweredAsAMirrorThatIsNotThere() {
        create("placed");
        for (List<String> args : List.of(
                List.of("flush", "placed", "--server", "nobody"),
                List.of("promote", "placed", "--server", "nobody"),
                List.of("demote", "placed", "--server", "nobody"),
                List.of("destination", "remove", "placed", "--server", "nobody"),
                List.of("adopt", "placed", "--server", "nobody", "--directory", "/tmp"))) {
            Answer answer = cli.run(args.toArray(String[]::new));

            assertThat(answer.exitCode()).as(args.toString()).isEqualTo(1);
            assertThat(answer.err())
                    .as(args.toString())
                    .startsWith("ringmirror: mirror 'placed' has no replica on server 'nobody'");
        }
    }

    @Test
    void aMirrorThatIsNotThereIsNamed() {
        create("there");
        for (List<String> args : List.of(
                List.of("describe", "absent"),
                List.of("status", "absent"),
                List.of("flush", "absent"),
                List.of("delete", "absent"),
                List.of("wait", "absent", "--in-sync"))) {
            Answer answer = cli.run(args.toArray(String[]::new));

            assertThat(answer.exitCode()).as(args.toString()).isEqualTo(1);
            assertThat(answer.err()).as(args.toString()).startsWith("ringmirror: there is no mirror 'absent'");
        }
    }

    private static List<Answer> atOnce(Callable<Answer> one, Callable<Answer> other) throws Exception {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            Future<Answer> first = two.submit(one);
            Future<Answer> second = two.submit(other);
            return List.of(first.get(), second.get());
        } finally {
            two.shutdownNow();
        }
    }

    private static void create(String mirror) {
        Answer answer = cli.run("create", mirror, "--volume", "v=1M", "--source", "a", "--destination", "b");
        assertThat(answer.exitCode()).as(answer.err()).isZero();
    }

    private static UUID idOf(String mirror) throws Exception {
        JsonNode json = new ObjectMapper()
                .readTree(cli.run("describe", mirror, "-o", "json").out());
        return UUID.fromString(json.at("/mirrors/0/id").asText());
    }

    /** A sign of life of the server's replica of a mirror. */
    private static Event beat(String mirror, String server) throws Exception {
        JsonNode definition = new ObjectMapper()
                .readTree(cli.run("describe", mirror, "-o", "json").out())
                .at("/mirrors/0");
        String replica = "";
        for (JsonNode each : definition.get("replicas")) {
            replica = each.get("server").asText().equals(server)
                    ? each.get("replica").asText()
                    : replica;
        }
        return new Event(
                UUID.fromString(definition.get("id").asText()),
                mirror,
                server,
                UUID.fromString(replica),
                0,
                0,
                new Event.Fact.Beat(),
                new Event.ReplicaState(Event.Role.DESTINATION, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of()));
    }

    private static MirrorStatus status(String mirror, UUID id, long epoch) {
        return status(mirror, id, 1, epoch);
    }

    private static MirrorStatus status(String mirror, UUID id, long generation, long epoch) {
        return new MirrorStatus(
                mirror,
                id,
                generation,
                1,
                epoch + 1,
                epoch,
                epoch,
                0,
                2,
                0,
                "",
                List.of(),
                List.of(),
                Verdict.IN_SYNC,
                "all level",
                System.currentTimeMillis());
    }

    private static Definition definition(String mirror) {
        try (MirrorSerdes serdes = MirrorSerdes.configured(Map.of())) {
            return new DefinitionStore(
                            new TopicNames(TopicNames.DEFAULT_PREFIX), serdes, client(), Duration.ofSeconds(10))
                    .find(mirror)
                    .orElseThrow();
        }
    }

    private static void send(String topic, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
        }
    }

    /** What a server says that goes by this generation. */
    private static void tell(
            UUID mirrorId, String mirror, Definition.Replica replica, Event.Fact fact, Role role, long generation)
            throws Exception {
        Event.ReplicaState state = new Event.ReplicaState(role, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
        Event event = new Event(
                mirrorId, mirror, replica.server(), replica.replicaId(), 1, 0, fact, state, Set.of(), generation);
        try (MirrorSerdes serdes = MirrorSerdes.configured(Map.of());
                KafkaProducer<String, Event> producer = new KafkaProducer<>(
                        client(), new StringSerializer(), serdes.events().serializer())) {
            producer.send(new ProducerRecord<>("ringmirror.events", mirror, event))
                    .get();
        }
    }

    private static void say(MirrorStatus status) throws Exception {
        try (MirrorSerdes serdes = MirrorSerdes.configured(Map.of());
                KafkaProducer<String, MirrorStatus> producer = new KafkaProducer<>(
                        client(), new StringSerializer(), serdes.statuses().serializer())) {
            producer.send(new ProducerRecord<>("ringmirror.status", status.mirror(), status))
                    .get();
        }
    }

    private static List<Command> commandsFor(String mirror, int count) {
        List<Command> commands = new ArrayList<>();
        TopicPartition partition = new TopicPartition("ringmirror.commands", 0);
        try (MirrorSerdes serdes = MirrorSerdes.configured(Map.of());
                KafkaConsumer<String, Command> consumer = new KafkaConsumer<>(
                        client(), new StringDeserializer(), serdes.commands().deserializer())) {
            consumer.assign(Set.of(partition));
            consumer.seekToBeginning(Set.of(partition));
            Awaitility.await().until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (record.key().equals(mirror)) {
                        commands.add(record.value());
                    }
                });
                return commands.size() >= count;
            });
        }
        return commands;
    }

    private static void setConfig(String topic, String key, String value) throws Exception {
        try (Admin admin = Admin.create(client())) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private static String flushMessages(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = Admin.create(client())) {
            return admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get("flush.messages")
                    .value();
        }
    }

    private static Set<String> topics() throws Exception {
        try (Admin admin = Admin.create(client())) {
            return admin.listTopics().names().get();
        }
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", cluster.bootstrapServers());
    }
}
