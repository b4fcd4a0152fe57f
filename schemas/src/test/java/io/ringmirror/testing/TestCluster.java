package io.ringmirror.testing;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/** A real broker, or several, in this JVM, for the tests of every module; closed with the test. */
public final class TestCluster implements AutoCloseable {
    private final KafkaClusterTestKit kit;

    private TestCluster(KafkaClusterTestKit kit) {
        this.kit = kit;
    }

    /** One broker that answers when this returns. */
    public static TestCluster start() throws Exception {
        return start(1);
    }

    /** So many brokers, all of which answer when this returns; internal topics have one replica. */
    public static TestCluster start(int brokers) throws Exception {
        return start(brokers, 1);
    }

    /** So many brokers, with so many replicas of internal topics, all but one of which must be in sync. */
    public static TestCluster start(int brokers, int internalReplicas) throws Exception {
        return start(brokers, internalReplicas, Map.of());
    }

    /** One broker that keeps to access control lists where there are any, and lets everybody do everything elsewhere. */
    public static TestCluster guarded() throws Exception {
        return start(
                1,
                1,
                Map.of(
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "allow.everyone.if.no.acl.found",
                        "true"));
    }

    private static TestCluster start(int brokers, int internalReplicas, Map<String, String> more) throws Exception {
        String replicas = Integer.toString(internalReplicas);
        TestKitNodes nodes = new TestKitNodes.Builder()
                .setBootstrapMetadata(asFormattedByDefault())
                .setNumBrokerNodes(brokers)
                .setNumControllerNodes(1)
                .setCombined(true)
                .build();
        KafkaClusterTestKit.Builder builder = new KafkaClusterTestKit.Builder(nodes);
        Map.of(
                        "offsets.topic.replication.factor",
                        replicas,
                        "transaction.state.log.replication.factor",
                        replicas,
                        "transaction.state.log.min.isr",
                        Integer.toString(Math.max(1, internalReplicas - 1)),
                        "auto.create.topics.enable",
                        "false",
                        "log.retention.check.interval.ms",
                        "1000",
                        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
                        "500",
                        "group.initial.rebalance.delay.ms",
                        "0")
                .forEach(builder::setConfigProp);
        more.forEach(builder::setConfigProp);
        KafkaClusterTestKit kit = builder.build();
        kit.format();
        kit.startup();
        kit.waitForReadyBrokers();
        return new TestCluster(kit);
    }

    /** The features that a newly formatted cluster of this version has; the test kit alone would leave them at 0. */
    private static BootstrapMetadata asFormattedByDefault() {
        MetadataVersion version = MetadataVersion.latestProduction();
        Map<String, Short> features = Feature.PRODUCTION_FEATURES.stream()
                .filter(feature -> feature.defaultLevel(version) > 0)
                .collect(Collectors.toMap(Feature::featureName, feature -> feature.defaultLevel(version)));
        return BootstrapMetadata.fromVersions(version, features, "test");
    }

    /** Stops a broker without letting it hand its logs over first; its controller, if it has one, lives on. */
    public void stopBroker(int id) {
        kit.brokers().get(id).shutdown(Duration.ZERO);
    }

    public String bootstrapServers() {
        return kit.bootstrapServers();
    }

    @Override
    public void close() {
        try {
            kit.close();
        } catch (Exception e) {
            throw new IllegalStateException("the test broker did not stop", e);
        }
    }
}
