package io.ringmirror.system;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.testing.TestCluster;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that do not let a source write, by their access control lists. */
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
                            .contains("Not authorized to access topics: [" + Stage.TOPICS.ring("m") + "]"));

            admin.deleteAcls(List.of(denied.toFilter())).all().get();
            stage.await("m", "the source serves", status -> status.openEpoch() > 0);
            Patterns.write(east, "m", 1);
            stage.level(mirror);
            stage.assertIdentical(mirror);
        }
    }

    private static AclBinding access(AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, Stage.TOPICS.ring("m"), PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }
}
