package io.ringmirror.processes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A cluster of brokers on loopback, each a process and a controller as well, with as many replicas of everything as there
 * are brokers. One thread.
 */
public final class Brokers {
    private static final Duration START_BOUND = Duration.ofMinutes(1);
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    /** Kafka makes names of constants upper case in the default locale, which Turkish has other letters for. */
    private static final List<String> KAFKA = List.of("-Dringmirror.log.level.others=INFO", "-Duser.language=en");

    private final List<Child> children;
    private final List<Integer> ports;

    private Brokers(List<Child> children, List<Integer> ports) {
        this.children = List.copyOf(children);
        this.ports = List.copyOf(ports);
    }

    /**
     * Another way to reach brokers: whoever came by it is sent to the advertised ports, where something may stand in
     * between.
     *
     * @param name of letters and digits
     * @param ports where each broker listens
     * @param advertised where clients are told that it does
     */
    public record Listener(String name, List<Integer> ports, List<Integer> advertised) {}

    /**
     * Formats and starts them; clients are served when this returns.
     *
     * @param options of each broker's Java virtual machine
     * @param more lines of each broker's properties
     */
    public static Brokers start(int count, Path directory, Children processes, List<String> options, String more)
            throws IOException, InterruptedException {
        return start(count, directory, processes, options, more, List.of());
    }

    /** The same, with these ways to reach each broker besides its own. */
    public static Brokers start(
            int count, Path directory, Children processes, List<String> options, String more, List<Listener> listeners)
            throws IOException, InterruptedException {
        List<Integer> ports = freePorts(count * 2);
        String voters = IntStream.range(0, count)
                .mapToObj(i -> (i + 1) + "@127.0.0.1:" + ports.get(count + i))
                .collect(Collectors.joining(","));
        String clusterId = Uuid.randomUuid().toString();
        List<Child> children = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "broker" + (i + 1);
            Path data = Files.createDirectories(directory.resolve(name));
            format(i + 1, clusterId, data);
            Path properties = Files.writeString(
                    directory.resolve(name + ".properties"),
                    properties(i + 1, ports.get(i), ports.get(count + i), voters, data)
                            + replicas(count)
                            + listeners(i, ports.get(i), ports.get(count + i), listeners)
                            + more);
            children.add(processes.java(
                    name,
                    Stream.concat(options.stream(), KAFKA.stream()).toList(),
                    List.of("kafka.Kafka", properties.toString()),
                    "Kafka Server started"));
        }
        Brokers brokers = new Brokers(children, ports.subList(0, count));
        for (Child child : children) {
            child.start();
        }
        for (Child child : children) {
            brokers.awaitReady(child);
        }
        return brokers;
    }

    /** How many there are. */
    public int count() {
        return children.size();
    }

    /** What clients set as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** One of them, from 0 on. */
    public Child broker(int index) {
        return children.get(index);
    }

    /** Starts one again; it may not be in sync yet when this returns. */
    public void restart(int index) throws IOException, InterruptedException {
        children.get(index).start();
        awaitReady(children.get(index));
    }

    /** Ports that were free a moment ago, none of which was given out before: somebody may still be about to take it. */
    public static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        try {
            while (ports.size() < count) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                if (GIVEN.add(socket.getLocalPort())) {
                    ports.add(socket.getLocalPort());
                }
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return ports;
    }

    private void awaitReady(Child child) throws IOException, InterruptedException {
        if (!child.awaitReady(START_BOUND)) {
            throw new IOException(child.name() + " did not start within " + START_BOUND.toSeconds() + " s");
        }
    }

    private static void format(int node, String clusterId, Path data) throws IOException {
        try {
            new Formatter()
                    .setNodeId(node)
                    .setClusterId(clusterId)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(data.toString())
                    .addDirectory(data.toString())
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
                    .run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the directory " + data + " of a broker cannot be formatted: " + e.getMessage(), e);
        }
    }

    private static String properties(int node, int port, int controllerPort, String voters, Path data) {
        return """
                process.roles=broker,controller
                node.id=%d
                controller.quorum.voters=%s
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                log.dirs=%s
                auto.create.topics.enable=false
                offsets.topic.num.partitions=3
                transaction.state.log.num.partitions=3
                group.initial.rebalance.delay.ms=0
                log.retention.check.interval.ms=5000
                log.segment.delete.delay.ms=1000
                log.cleaner.dedupe.buffer.size=4194304
                log.cleaner.io.buffer.size=1048576
                num.network.threads=2
                num.io.threads=4
                """.formatted(node, voters, port, controllerPort, data);
    }

    /** Instead of those of {@link #properties}, as the last of two lines counts. */
    private static String listeners(int broker, int port, int controllerPort, List<Listener> more) {
        if (more.isEmpty()) {
            return "";
        }
        StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        StringBuilder bound = new StringBuilder(url("PLAINTEXT", port) + "," + url("CONTROLLER", controllerPort));
        StringBuilder advertised = new StringBuilder(url("PLAINTEXT", port));
        for (Listener listener : more) {
            protocols.append(',').append(listener.name()).append(":PLAINTEXT");
            bound.append(',').append(url(listener.name(), listener.ports().get(broker)));
            advertised
                    .append(',')
                    .append(url(listener.name(), listener.advertised().get(broker)));
        }
        return """
                listener.security.protocol.map=%s
                listeners=%s
                advertised.listeners=%s
                inter.broker.listener.name=PLAINTEXT
                """.formatted(protocols, bound, advertised);
    }

    private static String url(String listener, int port) {
        return listener + "://127.0.0.1:" + port;
    }

    private static String replicas(int count) {
        int insync = Math.min(2, count);
        return """
                default.replication.factor=%d
                min.insync.replicas=%d
                offsets.topic.replication.factor=%d
                transaction.state.log.replication.factor=%d
                transaction.state.log.min.isr=%d
                """.formatted(count, insync, count, count, insync);
    }
}
