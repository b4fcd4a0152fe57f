package io.ringmirror.testing;

import java.util.Map;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
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
        TestKitNodes nodes = new TestKitNodes.Builder()
                .setBootstrapMetadataVersion(MetadataVersion.latestProduction())
                .setNumBrokerNodes(brokers)
                .setNumControllerNodes(1)
                .setCombined(true)
                .build();
        KafkaClusterTestKit.Builder builder = new KafkaClusterTestKit.Builder(nodes);
        Map.of(
                        "offsets.topic.replication.factor", "1",
                        "transaction.state.log.replication.factor", "1",
                        "transaction.state.log.min.isr", "1",
                        "auto.create.topics.enable", "false",
                        "log.retention.check.interval.ms", "1000",
                        "group.initial.rebalance.delay.ms", "0")
                .forEach(builder::setConfigProp);
        KafkaClusterTestKit kit = builder.build();
        kit.format();
        kit.startup();
        kit.waitForReadyBrokers();
        return new TestCluster(kit);
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
