package io.ringmirror.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringmirror.volume.OwnerOnly;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka broker, its own controller, on the loopback address, with all it keeps in one directory: started again on
 * that directory it has the same cluster id, topics and records. Started and closed by one thread; clients of any
 * thread use {@link #bootstrapServers()} in between. It has one replica of everything and is no place for data that
 * must outlive this machine.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final int NODE_ID = 1;

    private final DirectoryLock lock;
    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedBroker(DirectoryLock lock, KafkaRaftServer server, int port) {
        this.lock = lock;
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a broker on a directory, which is made, for its owner only, and formatted if it is new; returns when clients
     * are served.
     *
     * @param port where clients connect; 0 takes any free one
     * @throws IOException if the directory cannot be written, is in use by another broker, or the port is taken
     */
    public static EmbeddedBroker start(Path directory, int port) throws IOException {
        Ports ports = Ports.free(port);
        Files.createDirectories(directory, OwnerOnly.DIRECTORY);
        DirectoryLock lock = DirectoryLock.take(directory);
        try {
            formatIfNew(directory);
            return new EmbeddedBroker(lock, started(directory, ports), ports.client());
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** What clients set as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Stops the broker with its logs flushed, so that the next start finds nothing to repair. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        lock.close();
    }

    private static KafkaRaftServer started(Path directory, Ports ports) throws IOException {
        KafkaConfig config = KafkaConfig.fromProps(properties(directory, ports), false);
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        try {
            server.startup();
            return server;
        } catch (RuntimeException e) {
            server.shutdown();
            throw new IOException(
                    "the embedded broker did not start on " + directory + " and port " + ports.client() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Kafka writes meta.properties last, so a directory whose formatting was cut short is formatted again. */
    private static void formatIfNew(Path directory) throws IOException {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
                    .setNodeId(NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
                    .run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the embedded broker could not format " + directory + ": " + e.getMessage(), e);
        }
    }

    private static Properties properties(Path directory, Ports ports) {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(NODE_ID),
                "controller.quorum.voters",
                NODE_ID + "@127.0.0.1:" + ports.controller(),
                "controller.listener.names",
                "CONTROLLER",
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "listeners",
                "PLAINTEXT://127.0.0.1:" + ports.client() + ",CONTROLLER://127.0.0.1:" + ports.controller(),
                "log.dirs",
                directory.toString(),
                // A topic exists because it was made, never because somebody asked for it.
                "auto.create.topics.enable",
                "false"));
        properties.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "1",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "share.coordinator.state.topic.num.partitions", "1",
                "group.initial.rebalance.delay.ms", "0"));
        properties.putAll(Map.of(
                // Disk of deallocated logs comes back in seconds, for a demo to show it.
                "log.retention.check.interval.ms", "1000",
                "log.segment.delete.delay.ms", "1000",
                // The default buffer of 128 MiB is for clusters.
                "log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20),
                "log.cleaner.io.buffer.size", Integer.toString(1 << 20),
                "num.network.threads", "2",
                "num.io.threads", "4"));
        return properties;
    }

    /** Where clients and the controller are reached; each is free when chosen, and nothing holds it until the start. */
    private record Ports(int client, int controller) {
        static Ports free(int wantedClient) throws IOException {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (ServerSocket client = new ServerSocket(wantedClient, 1, loopback);
                    ServerSocket controller = new ServerSocket(0, 1, loopback)) {
                return new Ports(client.getLocalPort(), controller.getLocalPort());
            } catch (IOException e) {
                throw new IOException(
                        "the embedded broker cannot listen on 127.0.0.1:" + wantedClient + ": " + e.getMessage(), e);
            }
        }
    }
}
