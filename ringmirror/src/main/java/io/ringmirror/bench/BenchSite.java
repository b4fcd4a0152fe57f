package io.ringmirror.bench;

import io.ringmirror.bench.load.NbdLoad;
import io.ringmirror.bench.load.Workload;
import io.ringmirror.config.Keys;
import io.ringmirror.processes.Brokers;
import io.ringmirror.processes.Child;
import io.ringmirror.processes.Children;
import io.ringmirror.replica.Opened;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands while cases are measured: brokers, a tracker, and servers as they are asked for, each a process as a user
 * would run it. All of them end when this is closed. One thread.
 */
public final class BenchSite implements AutoCloseable {
    /** What {@code bin/ringmirror} gives a server. */
    private static final List<String> SERVER_OPTIONS =
            List.of("-XX:G1HeapRegionSize=4m", "-Xmx512m", "-XX:MaxDirectMemorySize=32g");

    /** And what it gives a tracker. */
    private static final List<String> TRACKER_OPTIONS = List.of("-XX:TieredStopAtLevel=1", "-Xmx512m");

    private static final List<String> BROKER_OPTIONS = List.of("-Xmx512m", "-XX:+UseG1GC");
    private static final String BROKER_PROPERTIES = "log.segment.bytes=67108864\n";
    private static final Duration STATUS_BOUND = Duration.ofMinutes(5);

    private final Path directory;
    private final Path data;
    private final Children processes;
    private final Brokers brokers;
    private final NbdLoad load;
    private final Optional<PlainServer> plain;
    private final Opened opened;
    private final BenchMirrors mirrors;
    private final Map<String, BenchServer> servers = new HashMap<>();

    private BenchSite(
            Directories directories,
            Children processes,
            Brokers brokers,
            NbdLoad load,
            Optional<PlainServer> plain,
            Opened opened) {
        this.directory = directories.brokers();
        this.data = directories.servers();
        this.processes = processes;
        this.brokers = brokers;
        this.load = load;
        this.plain = plain;
        this.opened = opened;
        this.mirrors = opened.add(BenchMirrors.on(brokers.bootstrapServers(), brokers.count()));
    }

    /**
     * Where things are kept.
     *
     * @param brokers logs of brokers, and all files that are not data
     * @param servers images, that of the server without mirroring among them
     */
    record Directories(Path brokers, Path servers) {}

    /** Starts brokers, a tracker and, where there is one, a server without mirroring. */
    static BenchSite start(int brokerCount, Directories directories, NbdLoad load, long plainBytes)
            throws IOException, InterruptedException {
        Opened opened = new Opened();
        try {
            Path directory = Files.createDirectories(directories.brokers());
            Path data = Files.createDirectories(directories.servers());
            Children processes = opened.add(new Children(directory));
            Brokers brokers = Brokers.start(brokerCount, directory, processes, BROKER_OPTIONS, BROKER_PROPERTIES);
            Optional<PlainServer> plain =
                    PlainServer.start(data, socket(directory, "plain", load), plainBytes, processes);
            BenchSite site = new BenchSite(directories, processes, brokers, load, plain, opened);
            site.startTracker();
            return site;
        } catch (IOException | InterruptedException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    public NbdLoad load() {
        return load;
    }

    /** The server without mirroring; empty where none is installed. */
    public Optional<PlainServer> plain() {
        return plain;
    }

    /** The mirrors that its servers serve. */
    public BenchMirrors mirrors() {
        return mirrors;
    }

    /** For bare clients of the log. */
    public Map<String, Object> kafka() {
        return Map.of(Keys.BOOTSTRAP_SERVERS, brokers.bootstrapServers());
    }

    /** A server of this name, started with these keys over the defaults if it does not run yet. */
    public BenchServer server(String name, Map<String, String> keys) throws IOException, InterruptedException {
        BenchServer running = servers.get(name);
        if (running == null) {
            running = describe(name, keys);
            running.start();
            servers.put(name, running);
        }
        return running;
    }

    /** Starts a server again, cleanly, with other keys over the defaults; returns after how many seconds it was ready. */
    public double restart(BenchServer server, Map<String, String> keys) throws IOException, InterruptedException {
        server.stop();
        server.configure(keys(server.name(), server.target("", "").address(), keys));
        return server.start();
    }

    /** A server with a mirror of its own name and of one volume, and no other replica; made where it is not there yet. */
    public BenchServer source(String name, long volumeBytes, Map<String, String> keys)
            throws IOException, InterruptedException {
        mirrors.create(name, volumeBytes, name);
        BenchServer source = server(name, keys);
        mirrors.awaitServed(name);
        return source;
    }

    /** Puts load on such a mirror, and deletes what is released then. */
    public Measurement measure(BenchServer source, Workload workload, Duration duration)
            throws IOException, InterruptedException {
        Measurement measured = load.run(List.of(source.target(source.name(), BenchMirrors.VOLUME)), workload, duration);
        mirrors.deleteReleased(source.name());
        return measured;
    }

    @Override
    public void close() {
        opened.close();
    }

    private BenchServer describe(String name, Map<String, String> keys) throws IOException {
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Brokers.freePorts(1).get(0));
        Path properties = directory.resolve(name + ".properties");
        Child child = processes.java(
                name,
                SERVER_OPTIONS,
                List.of("io.ringmirror.cli.Main", "server", "--config", properties.toString()),
                " is ready");
        BenchServer server =
                new BenchServer(name, data.resolve(name), properties, address, socket(directory, name, load), child);
        server.configure(keys(name, address, keys));
        return server;
    }

    private Map<String, String> keys(String name, InetSocketAddress address, Map<String, String> more) {
        Map<String, String> keys = new HashMap<>(Map.of(
                Keys.BOOTSTRAP_SERVERS,
                brokers.bootstrapServers(),
                Keys.SERVER_NAME,
                name,
                Keys.DATA_DIR,
                data.resolve(name).toString(),
                Keys.NBD_LISTEN,
                "127.0.0.1:" + address.getPort()));
        socket(directory, name, load).ifPresent(path -> keys.put(Keys.NBD_SOCKET, path.toString()));
        keys.putAll(more);
        return keys;
    }

    /** For a load that uses it: an address has room for a short path only. Absolute, for any working directory. */
    private static Optional<Path> socket(Path directory, String name, NbdLoad load) {
        return load.local() ? Optional.of(directory.toAbsolutePath().resolve(name + ".sock")) : Optional.empty();
    }

    private void startTracker() throws IOException, InterruptedException {
        Path properties = Files.writeString(directory.resolve("tracker.properties"), """
                bootstrap.servers=%s
                http.listen=127.0.0.1:0
                tracker.state.dir=%s
                """.formatted(
                        brokers.bootstrapServers(), directory.resolve("tracker")));
        Child tracker = processes.java(
                "tracker",
                TRACKER_OPTIONS,
                List.of("io.ringmirror.cli.Main", "tracker", "--config", properties.toString()),
                " is started");
        tracker.start();
        if (!tracker.awaitReady(STATUS_BOUND)) {
            throw new IOException("the tracker is not ready; its log is under " + directory.resolve("logs"));
        }
    }
}
