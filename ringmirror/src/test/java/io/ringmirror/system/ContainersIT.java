package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringmirror.cli.Main;
import io.ringmirror.config.RingMirrorConfig;
import io.ringmirror.config.Settings;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.streams.Tracker;
import io.ringmirror.testing.Tool;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;

/** The main job against Kafka and a Schema Registry in containers; skipped where there is no engine to run them. */
class ContainersIT {
    private static final int REGISTRY_PORT = 8080;

    @TempDir
    private Path directory;

    @BeforeEach
    void needAnEngine() {
        assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(),
                "no Docker engine answers: the test against containers is skipped");
    }

    @Test
    void aWriteGoesAllTheWayRoundThroughKafkaAndARegistryInContainers() throws Exception {
        try (KafkaContainer kafka = new KafkaContainer("apache/kafka:4.3.1");
                GenericContainer<?> registry = registry()) {
            kafka.start();
            registry.start();
            Map<String, String> shared = Map.of(
                    "bootstrap.servers",
                    kafka.getBootstrapServers(),
                    "record.format",
                    "schema-registry",
                    "schema.registry.url",
                    "http://" + registry.getHost() + ":" + registry.getMappedPort(REGISTRY_PORT) + "/apis/ccompat/v7");
            command(shared, "create", "m", "--volume", "disk=16M", "--source", "east", "--destination", "west");

            try (MirrorSerdes serdes = MirrorSerdes.configured(shared);
                    Tracker tracker = Tracker.start(Settings.tracker(config(shared, "tracker")), serdes);
                    MirrorServer source =
                            MirrorServer.start(Settings.server(config(shared, "east"), Set.of(Role.SOURCE)));
                    MirrorServer destination =
                            MirrorServer.start(Settings.server(config(shared, "west"), Set.of(Role.DESTINATION)))) {
                assertThat(tracker.health().live()).isTrue();
                Tool.succeed("qemu-io", "-f", "raw", "-c", "write -P 0x5a 1000 70000", Stage.uri(source, "m/disk"));
                command(shared, "flush", "m", "--server", "east");
                command(shared, "wait", "m", "--sealed", "1");
                command(shared, "flush", "m", "--server", "west");
                command(shared, "wait", "m", "--released", "1");
                assertThat(destination.mirrors()).containsEntry("m", Role.DESTINATION);
            }
            assertThat(Files.mismatch(image("east"), image("west"))).isEqualTo(-1);
        }
    }

    private static GenericContainer<?> registry() {
        return new GenericContainer<>("apicurio/apicurio-registry:3.0.9")
                .withExposedPorts(REGISTRY_PORT)
                .waitingFor(Wait.forHttp("/apis/ccompat/v7/subjects").forPort(REGISTRY_PORT));
    }

    private RingMirrorConfig config(Map<String, String> shared, String server) {
        Map<String, String> properties = new HashMap<>(shared);
        properties.put("server.name", server);
        properties.put("data.dir", directory.resolve(server).toString());
        properties.put("nbd.listen", "127.0.0.1:0");
        properties.put("http.listen", "127.0.0.1:0");
        return new RingMirrorConfig(properties);
    }

    private Path image(String server) {
        return directory.resolve(server).resolve("m").resolve("volumes").resolve("disk.img");
    }

    /** Runs a command of the command line, which must succeed. */
    private static void command(Map<String, String> shared, String... words) {
        List<String> args = new ArrayList<>(List.of(words));
        shared.forEach((key, value) -> args.addAll(List.of("--set", key + "=" + value)));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new));
        assertThat(exitCode).as("%s: %s%s", words[0], out, err).isZero();
    }
}
