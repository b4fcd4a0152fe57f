package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker, source, destination and tracker as four processes on loopback, from bin/ and properties files. */
class StandaloneIT {
    private static final int SIGTERM = 128 + 15;

    @TempDir
    private Path directory;

    private Distribution distribution;
    private Processes processes;

    @BeforeEach
    void layOut() throws IOException {
        distribution = Distribution.layOut(directory.resolve("opt"));
        processes = new Processes(directory);
    }

    @AfterEach
    void end() throws Exception {
        processes.close();
        distribution.close();
    }

    @Test
    void aWriteGoesAllTheWayRoundThroughFourProcesses() throws Exception {
        int kafkaPort = freePort();
        int nbdPort = freePort();
        startBroker(kafkaPort);
        String kafka = "bootstrap.servers=127.0.0.1:" + kafkaPort + "\n";
        Path client = Files.writeString(directory.resolve("client.properties"), kafka);
        run(client, "create", "m", "--volume", "disk=16M", "--source", "east", "--destination", "west");
        start("tracker", kafka + "tracker.state.dir=" + directory.resolve("t") + "\nhttp.listen=127.0.0.1:0\n");
        Process source = start("source", kafka + server("east") + "nbd.listen=127.0.0.1:" + nbdPort + "\nack=write\n");
        Process destination = start("destination", kafka + server("west"));

        Tool.run("qemu-io", "-f", "raw", "-c", "write -P 0x5a 1000 70000", "nbd://127.0.0.1:" + nbdPort + "/m/disk");
        run(client, "flush", "m", "--server", "east");
        run(client, "wait", "m", "--sealed", "1");
        run(client, "flush", "m", "--server", "west");
        run(client, "wait", "m", "--released", "1");

        assertThat(run(client, "status", "m")).contains("in-sync");
        assertThat(Processes.stop(source)).isEqualTo(SIGTERM);
        assertThat(Processes.stop(destination)).isEqualTo(SIGTERM);
        assertThat(processes.output("source") + processes.output("destination")).doesNotContain("ERROR", "\tat ");
        assertThat(Files.mismatch(image("east"), image("west"))).isEqualTo(-1);
    }

    private Process start(String role, String properties) throws IOException {
        Path file = Files.writeString(directory.resolve(role + ".properties"), properties);
        String ready = role.equals("tracker") ? "tracker is started" : " is ready";
        return processes.start(
                role, ready, List.of(distribution.launcher().toString(), role, "--config", file.toString()));
    }

    private String run(Path client, String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of(distribution.launcher().toString()));
        words.addAll(List.of(command));
        words.addAll(List.of("--command-config", client.toString()));
        return Tool.run(words.toArray(String[]::new));
    }

    private void startBroker(int port) throws Exception {
        Path properties = Files.writeString(
                directory.resolve("broker.properties"), """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                log.dirs=%3$s
                auto.create.topics.enable=false
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                """.formatted(port, freePort(), directory.resolve("kafka")));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String id = Uuid.randomUuid().toString();
        String log = "-Dringmirror.log.level.others=INFO";
        Tool.run(
                java,
                "-cp",
                distribution.classPath(),
                "kafka.tools.StorageTool",
                "format",
                "-t",
                id,
                "-c",
                properties.toString());
        processes.start(
                "broker",
                "Kafka Server started",
                List.of(java, "-Xmx384m", log, "-cp", distribution.classPath(), "kafka.Kafka", properties.toString()));
    }

    private String server(String name) {
        return "server.name=" + name + "\ndata.dir=" + directory.resolve(name) + "\n";
    }

    private Path image(String server) {
        return directory.resolve(server).resolve("m").resolve("volumes").resolve("disk.img");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
