package io.ringmirror.process;

import io.ringmirror.system.Distribution;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * A broker on loopback and whatever servers a test starts beside it, all processes of the distribution, in one directory.
 * Everything is ended with it. One thread.
 */
final class Site implements AutoCloseable {
    /** What a process that was told to stop answers to the shell. */
    static final int SIGTERM = 128 + 15;

    private final Path directory;
    private final Distribution distribution;
    private final Processes processes;
    private final int kafkaPort;
    private final Path client;
    private Process broker;

    private Site(Path directory, Distribution distribution, Processes processes, int kafkaPort, Path client) {
        this.directory = directory;
        this.distribution = distribution;
        this.processes = processes;
        this.kafkaPort = kafkaPort;
        this.client = client;
    }

    /** The distribution alone; nobody listens on the port of the broker. */
    static Site withoutBroker(Path directory) throws IOException {
        int port = freePort();
        Path client = Files.writeString(directory.resolve("client.properties"), "bootstrap.servers=127.0.0.1:" + port);
        return new Site(
                directory, Distribution.layOut(directory.resolve("opt")), new Processes(directory), port, client);
    }

    /** With a broker that answers when this returns. */
    static Site withBroker(Path directory) throws IOException, InterruptedException {
        Site site = withoutBroker(directory);
        try {
            site.startBroker();
            return site;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            site.close();
            throw e;
        }
    }

    /** The broker's process. */
    Process broker() {
        return broker;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + kafkaPort;
    }

    Processes processes() {
        return processes;
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    Path image(String server, String mirror, String volume) {
        return directory.resolve(server).resolve(mirror).resolve("volumes").resolve(volume + ".img");
    }

    /** Runs a short command against the broker. */
    Answer cluster(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--command-config", client.toString()));
        return run(words.toArray(String[]::new));
    }

    /** Runs {@code bin/ringmirror} with these words to its end. */
    Answer run(String... words) throws IOException, InterruptedException {
        return processes.run(Map.of(), launcher(words));
    }

    /** Runs {@code bin/ringmirror} with these words to its end, which may take so long. */
    Answer run(Duration bound, String... words) throws IOException, InterruptedException {
        return processes.run(Map.of(), launcher(words), bound);
    }

    /** Starts {@code bin/ringmirror} with these words; returns when it has printed {@code ready}. */
    Process launch(String name, String ready, String... words) throws IOException {
        return launch(name, ready, Map.of(), words);
    }

    /** The same with variables of the environment. */
    Process launch(String name, String ready, Map<String, String> environment, String... words) throws IOException {
        return processes.start(name, ready, environment, launcher(words));
    }

    /** Starts a tracker. */
    Process tracker() throws IOException {
        return start("tracker", "tracker.state.dir=" + path("tracker-state") + "\nhttp.listen=127.0.0.1:0\n", Map.of());
    }

    /** Starts a source, destination or server named {@code name}; the process goes by that name, too. */
    Process server(String role, String name, String more, Map<String, String> environment) throws IOException {
        Path file = properties(name, identity(name) + more);
        return processes.start(name, " is ready", environment, launcher(role, "--config", file.toString()));
    }

    /** The same with the heap of a small machine. */
    Process server(String role, String name, String more) throws IOException {
        return server(role, name, more, Map.of("RINGMIRROR_HEAP_OPTS", "-Xmx192m"));
    }

    /** Writes a properties file that names the broker. */
    Path properties(String name, String more) throws IOException {
        return Files.writeString(
                path(name + ".properties"), "bootstrap.servers=" + bootstrapServers() + "\n" + more + "\n");
    }

    /** The lines that say who a server is and where its replicas are. */
    String identity(String name) {
        return "server.name=" + name + "\ndata.dir=" + path(name) + "\n";
    }

    /** Runs a class of the test's class path as a process to its end. */
    Answer java(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(javaProgram(), "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(words));
        return processes.run(Map.of(), command);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        processes.close();
        distribution.close();
    }

    private Process start(String role, String more, Map<String, String> environment) throws IOException {
        Path file = properties(role, more);
        return processes.start(role, " is started", environment, launcher(role, "--config", file.toString()));
    }

    private List<String> launcher(String... words) {
        List<String> command = new ArrayList<>(List.of(distribution.launcher().toString()));
        command.addAll(List.of(words));
        return command;
    }

    private void startBroker() throws IOException, InterruptedException {
        Path properties =
                Files.writeString(path("broker.properties"), """
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
                group.initial.rebalance.delay.ms=0
                """.formatted(kafkaPort, freePort(), path("kafka")));
        String id = Uuid.randomUuid().toString();
        String storage = "kafka.tools.StorageTool";
        processes
                .run(Map.of(), broker(storage, "format", "-t", id, "-c", properties.toString()))
                .succeeded();
        broker = processes.start(
                "broker", "Kafka Server started", Map.of(), broker("kafka.Kafka", properties.toString()));
    }

    private List<String> broker(String... words) {
        List<String> command = new ArrayList<>(List.of(
                javaProgram(), "-Xmx384m", "-Dringmirror.log.level.others=INFO", "-cp", distribution.classPath()));
        command.addAll(List.of(words));
        return command;
    }

    private static String javaProgram() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
