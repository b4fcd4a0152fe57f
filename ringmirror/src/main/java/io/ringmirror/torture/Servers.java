package io.ringmirror.torture;

import io.ringmirror.config.Keys;
import io.ringmirror.processes.Brokers;
import io.ringmirror.processes.Child;
import io.ringmirror.processes.Children;
import io.ringmirror.torture.Tally.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The servers and the tracker, each a process with a properties file and a port of its own. Caches, rings and intervals
 * are so small that all bounds are met in seconds. The thread of the servers' faults has the servers, the thread of the
 * cluster's faults has the tracker.
 */
final class Servers {
    private static final Duration START_BOUND = Duration.ofSeconds(90);
    private static final Duration STOP_BOUND = Duration.ofSeconds(70);
    private static final long AGAIN_MS = 1_000;

    /** A tracker that was killed is known to be gone after six seconds, not after forty-five. */
    private static final String TRACKER = """
            http.listen=127.0.0.1:0
            streams.session.timeout.ms=6000
            streams.heartbeat.interval.ms=1000
            """;

    private static final String SMALL = """
            beat.ms=500
            source.lease.ms=2000
            nbd.max.bytes=67108864
            source.cache.bytes=8388608
            source.flush.dirty.bytes=1048576
            source.flush.interval.ms=700
            source.inflight.bytes=4194304
            destination.cache.bytes=8388608
            destination.flush.interval.ms=1500
            transaction.timeout.ms=10000
            metadata.max.age.ms=5000
            """;

    private final Path directory;
    private final Tally tally;
    private final Map<String, Child> servers = new LinkedHashMap<>();
    private final Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
    private final Child tracker;

    private Servers(Path directory, Tally tally, Child tracker) {
        this.directory = directory;
        this.tally = tally;
        this.tracker = tracker;
    }

    /**
     * Describes them; none is started yet.
     *
     * @param client keys that say which cluster and which prefix
     * @param wires by which servers reach it, if not as everybody does
     */
    static Servers describe(
            List<String> names,
            Path directory,
            Map<String, String> client,
            Optional<Wires> wires,
            Children processes,
            Tally tally)
            throws IOException {
        Path trackerFile = properties(
                directory, "tracker", client, TRACKER + "tracker.state.dir=" + directory.resolve("tracker") + "\n");
        Child tracker = processes.java(
                "tracker",
                jvm("-Xmx128m"),
                List.of("io.ringmirror.cli.Main", "tracker", "--config", trackerFile.toString()),
                " is started");
        Servers all = new Servers(directory, tally, tracker);
        List<Integer> ports = Brokers.freePorts(names.size());
        for (String name : names) {
            int port = ports.get(all.servers.size());
            Map<String, String> own = new HashMap<>(client);
            wires.ifPresent(known -> own.put(Keys.BOOTSTRAP_SERVERS, known.bootstrapServers(name)));
            Path file = properties(
                    directory,
                    name,
                    own,
                    SMALL + "server.name=" + name + "\ndata.dir=" + directory.resolve(name) + "\nnbd.listen=127.0.0.1:"
                            + port + "\n");
            all.addresses.put(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            all.servers.put(
                    name,
                    processes.java(
                            name,
                            jvm("-Xmx160m", "-XX:MaxDirectMemorySize=2g"),
                            List.of("io.ringmirror.cli.Main", "server", "--config", file.toString()),
                            " is ready"));
        }
        return all;
    }

    /** Options of a process that is started often and shares two processors with many: quick to be ready, small. */
    static List<String> jvm(String... memory) {
        List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        options.addAll(List.of(memory));
        return options;
    }

    /** Writes a file with these keys and more lines; returns it. */
    static Path properties(Path directory, String name, Map<String, String> client, String more) throws IOException {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(client)
                .forEach((key, value) ->
                        text.append(key).append('=').append(value).append('\n'));
        return Files.writeString(directory.resolve(name + ".properties"), text + more);
    }

    /** Where each serves its volumes. */
    Map<String, InetSocketAddress> addresses() {
        return addresses;
    }

    Child server(String name) {
        return servers.get(name);
    }

    Child tracker() {
        return tracker;
    }

    /** The directory of a replica. */
    Path replica(String server, String mirror) {
        return directory.resolve(server).resolve(mirror);
    }

    /** Starts everything; the tracker first. */
    void start() throws IOException, InterruptedException {
        tracker.start();
        for (Child server : servers.values()) {
            server.start();
        }
        awaitReady(tracker);
        for (Child server : servers.values()) {
            awaitReady(server);
        }
    }

    /** Starts one that was killed and waits until it is ready. */
    void restart(Child child) throws IOException, InterruptedException {
        child.start();
        awaitReady(child);
    }

    /** Starts again whatever ended by itself, as a service manager does. */
    void restartEnded() throws IOException, InterruptedException {
        for (Child server : servers.values()) {
            if (!server.isAlive()) {
                tally.add(Event.EXIT);
                restart(server);
            }
        }
    }

    /** Stops the servers as a service manager does; false if one had to be killed. */
    boolean stop() throws InterruptedException {
        boolean stopped = true;
        for (Child server : servers.values()) {
            stopped &= server.stop(STOP_BOUND);
        }
        return stopped;
    }

    /** A server that cannot start now, as the cluster does not answer it, is started again. */
    private void awaitReady(Child child) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_BOUND.toNanos();
        while (!child.awaitReady(START_BOUND)) {
            if (System.nanoTime() > deadline) {
                throw new IOException(child.name() + " is not ready within " + START_BOUND.toSeconds() + " s");
            }
            if (!child.isAlive()) {
                tally.add(Event.EXIT);
                TimeUnit.MILLISECONDS.sleep(AGAIN_MS);
                child.start();
            }
        }
    }
}
