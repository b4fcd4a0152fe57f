package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.cli.Main;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.TestCluster;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that do not let a server write or read for a while, by their access control lists. */
class AccessTest {
    @Test
    void aSourceThatMayNotWriteNamesTheTopicAndServesByItselfOnceItMayF28(@TempDir Path directory) throws Exception {
        try (TestCluster cluster = TestCluster.guarded();
                Stage stage = Stage.over(directory, cluster.bootstrapServers(), 1);
                Admin admin = Admin.create(stage.client())) {
            Definition mirror = stage.define("m", "east", List.of("west"), new Definition.Volume("disk", 8 << 20));
            AclBinding denied = access(AclOperation.WRITE, AclPermissionType.DENY);
            admin.createAcls(List.of(access(AclOperation.ALL, AclPermissionType.ALLOW), denied))
                    .all()
                    .get();
            MirrorServer east = stage.server("east", Role.SOURCE, Role.DESTINATION);
            stage.server("west", Role.DESTINATION);
            stage.await(
                    "m",
                    "the topic is named",
                    status -> Stage.replica(status, "east")
                            .stopped()
                            .contains("not allowed to write to [" + Stage.TOPICS.ring("m")
                                    + "]; it needs the right WRITE"));

            admin.deleteAcls(List.of(denied.toFilter())).all().get();
            stage.await("m", "the source serves", status -> status.openEpoch() > 0);
            Patterns.write(east, "m", 1);
            stage.level(mirror);
            stage.assertIdentical(mirror);
        }
    }

    @Test
    void aStartThatIsRefusedNamesWhatItMayNotF28(@TempDir Path directory) throws Exception {
        try (TestCluster cluster = TestCluster.guarded();
                Stage stage = Stage.over(directory, cluster.bootstrapServers(), 1);
                Admin admin = Admin.create(stage.client())) {
            Definition mirror = stage.define("m", "east", List.of("west"), new Definition.Volume("disk", 8 << 20));
            admin.createAcls(List.of(access(AclOperation.ALL, AclPermissionType.ALLOW)))
                    .all()
                    .get();
            ResourcePattern writer =
                    new ResourcePattern(ResourceType.TRANSACTIONAL_ID, mirror.transactionalId(), PatternType.LITERAL);
            for (AclOperation operation : List.of(AclOperation.WRITE, AclOperation.DESCRIBE)) {
                assertRefused(
                        stage,
                        admin,
                        new AclBinding(writer, denied(operation)),
                        "may not be the writer of " + Stage.TOPICS.ring("m"),
                        "transactional id " + mirror.transactionalId());
            }
            for (AclOperation operation :
                    List.of(AclOperation.READ, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS)) {
                assertRefused(stage, admin, access(operation, AclPermissionType.DENY), Stage.TOPICS.ring("m"));
            }
        }
    }

    private static void assertRefused(Stage stage, Admin admin, AclBinding denied, String... words) throws Exception {
        admin.createAcls(List.of(denied)).all().get();
        assertThatThrownBy(() -> stage.server("east", Role.SOURCE, Role.DESTINATION))
                .as(denied.toString())
                .hasMessageContainingAll(words);
        admin.deleteAcls(List.of(denied.toFilter())).all().get();
    }

    @Test
    void aDestinationThatMayNotDeleteSaysWhoAndWhatIsMissingUntilItMay(@TempDir Path directory) throws Exception {
        try (TestCluster cluster = TestCluster.guarded();
                Stage stage = Stage.over(directory, cluster.bootstrapServers(), 1);
                Admin admin = Admin.create(stage.client())) {
            Definition mirror = stage.define("m", "east", List.of("west"), new Definition.Volume("disk", 8 << 20));
            AclBinding denied = access(AclOperation.DELETE, AclPermissionType.DENY);
            admin.createAcls(List.of(access(AclOperation.ALL, AclPermissionType.ALLOW), denied))
                    .all()
                    .get();
            MirrorServer east = stage.server("east", Role.SOURCE);
            stage.server("west", Role.DESTINATION);
            Patterns.write(east, "m", 1);
            stage.level(mirror);
            MirrorStatus status = stage.await(
                    "m",
                    "the right is named",
                    s -> Stage.replica(s, "west").state().undeletedSinceMs() > 0);
            assertThat(status.reason())
                    .contains(
                            "west cannot give logs back since",
                            "User:ANONYMOUS may not delete records of topic " + Stage.TOPICS.ring("m"),
                            "--operation Delete");
            assertThat(status.deallocatedRecords()).isZero();

            admin.deleteAcls(List.of(denied.toFilter())).all().get();
            status = stage.await(
                    "m",
                    "it is given back",
                    s -> s.deallocatedRecords() == 1
                            && Stage.replica(s, "west").state().undeleted().isEmpty());
            assertThat(status.reason()).doesNotContain("cannot give");
        }
    }

    @Test
    void serversThatMayNotReadOrdersForAWhileGoOnWithTheFirstTheyMissed(@TempDir Path directory) throws Exception {
        try (TestCluster cluster = TestCluster.guarded();
                Stage stage = Stage.over(directory, cluster.bootstrapServers(), 1);
                Admin admin = Admin.create(stage.client())) {
            Definition mirror = stage.define("m", "east", List.of("west"), new Definition.Volume("disk", 8 << 20));
            MirrorServer east = stage.server("east", Role.SOURCE);
            stage.server("west", Role.DESTINATION);
            Patterns.write(east, "m", 1);
            stage.level(mirror);
            AclBinding denied = access(Stage.TOPICS.commands(), AclOperation.READ, AclPermissionType.DENY);
            admin.createAcls(
                            List.of(access(Stage.TOPICS.commands(), AclOperation.ALL, AclPermissionType.ALLOW), denied))
                    .all()
                    .get();
            awaitRefusal(stage.client());
            Patterns.write(east, "m", 2);
            stage.orderAll(mirror, Action.FLUSH);

            admin.deleteAcls(List.of(denied.toFilter())).all().get();
            stage.await(
                    "m",
                    "all have flushed as ordered",
                    status -> status.replicas().stream()
                            .allMatch(replica -> replica.state().flushedSequence() == 2));
            stage.assertIdentical(mirror);
        }
    }

    @Test
    void whoMayNotWriteADefinitionLeavesNoRingBehindAndMakesTheMirrorOnceHeMayF28() throws Exception {
        try (TestCluster cluster = TestCluster.guarded();
                Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", cluster.bootstrapServers()))) {
            AclBinding denied = new AclBinding(
                    new ResourcePattern(
                            ResourceType.TRANSACTIONAL_ID, Stage.TOPICS.definitionWriter("m"), PatternType.LITERAL),
                    new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.DENY));
            admin.createAcls(List.of(denied)).all().get();
            assertThat(create(cluster)).isNotZero();
            assertThat(admin.listTopics().names().get()).doesNotContain(Stage.TOPICS.ring("m"));

            admin.deleteAcls(List.of(denied.toFilter())).all().get();
            Awaitility.await("the mirror is made").atMost(Stage.PATIENCE).until(() -> create(cluster) == 0);
        }
    }

    private static int create(TestCluster cluster) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return Main.run(
                nowhere,
                nowhere,
                "create",
                "m",
                "--volume",
                "disk=1M",
                "--source",
                "east",
                "--destination",
                "west",
                "--bootstrap-server",
                cluster.bootstrapServers());
    }

    /** Until fetches of the orders are refused, as those of the servers are then. */
    private static void awaitRefusal(Map<String, Object> client) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition orders = new TopicPartition(Stage.TOPICS.commands(), 0);
            consumer.assign(List.of(orders));
            consumer.seek(orders, 0);
            Awaitility.await("orders cannot be read").atMost(Stage.PATIENCE).until(() -> isRefused(consumer));
        }
    }

    private static boolean isRefused(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            consumer.poll(Duration.ofSeconds(1));
            return false;
        } catch (TopicAuthorizationException e) {
            return true;
        }
    }

    private static AclBinding access(AclOperation operation, AclPermissionType permission) {
        return access(Stage.TOPICS.ring("m"), operation, permission);
    }

    private static AclBinding access(String topic, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }

    private static AccessControlEntry denied(AclOperation operation) {
        return new AccessControlEntry("User:ANONYMOUS", "*", operation, AclPermissionType.DENY);
    }
}
