package io.ringmirror.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class TestClusterTest {
    @Test
    void answersWithItsClusterId() throws Exception {
        try (TestCluster cluster = TestCluster.start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            assertThat(admin.describeCluster().clusterId().get()).isNotBlank();
        }
    }
}
