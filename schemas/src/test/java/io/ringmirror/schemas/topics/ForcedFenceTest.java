package io.ringmirror.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Samples;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.testing.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A lone broker's topic of transactions is forced to disk where a ring is (failure 6). */
class ForcedFenceTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Definition MIRROR = Samples.definition();
    private static final List<String> MIRRORS = List.of(MIRROR.mirror());

    private final TopicNames names = new TopicNames("ringmirror");
    private final TopicCheck check = new TopicCheck(names);
    private TestCluster cluster;
    private Map<String, Object> client;
    private TopicAdmin admin;

    @BeforeEach
    void makeARing() throws Exception {
        cluster = TestCluster.guarded();
        client = Map.of("bootstrap.servers", cluster.bootstrapServers());
        admin = TopicAdmin.open(client, TIMEOUT);
        TopicPlan plan = new TopicPlan(names, TopicSettings.forBrokers(1));
        admin.apply(admin.changes(Stream.concat(plan.shared().stream(), Stream.of(plan.ring(MIRROR)))
                .toList()));
    }

    @AfterEach
    void stop() {
        admin.close();
        cluster.close();
    }

    @Test
    void itIsForcedWithTheFirstRingThoughNoTransactionMadeItYetF6() {
        assertThat(admin.facts(List.of(ClusterFacts.TRANSACTION_STATE)).topics())
                .as("nobody had a transaction")
                .isEmpty();

        assertThat(admin.makeSafe(check, MIRRORS))
                .extracting(Finding::subject)
                .doesNotContain(ClusterFacts.TRANSACTION_STATE);
        assertThat(flushMessages()).isEqualTo("1");
        assertThat(admin.makeSafe(check, MIRRORS))
                .extracting(Finding::subject)
                .doesNotContain(ClusterFacts.TRANSACTION_STATE);
    }

    @Test
    void whoMayNotSetItIsToldWhatToDoAndGoesOnF6F28() throws Exception {
        try (Admin kafka = Admin.create(client)) {
            AclBinding denied = new AclBinding(
                    new ResourcePattern(ResourceType.TOPIC, ClusterFacts.TRANSACTION_STATE, PatternType.LITERAL),
                    new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.ALTER_CONFIGS, AclPermissionType.DENY));
            AclBinding allowed = new AclBinding(
                    denied.pattern(),
                    new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.ALL, AclPermissionType.ALLOW));
            kafka.createAcls(List.of(denied, allowed)).all().get();

            KafkaCalls calls = new KafkaCalls(cluster.bootstrapServers(), TIMEOUT);
            calls.awaitShown(
                    "know the list",
                    () -> calls.await(
                                    "describe the list",
                                    kafka.describeAcls(denied.toFilter()).values())
                            .contains(denied));

            assertThat(admin.makeSafe(check, MIRRORS))
                    .filteredOn(finding -> finding.subject().equals(ClusterFacts.TRANSACTION_STATE))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.line())
                            .contains("flush.messages", "ringmirror topics --execute", "AlterConfigs"));
        }
    }

    private String flushMessages() {
        return admin.facts(List.of()).transactionState().configs().get("flush.messages");
    }
}
