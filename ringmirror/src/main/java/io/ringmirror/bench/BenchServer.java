package io.ringmirror.bench;

import io.ringmirror.bench.load.NbdLoad.Target;
import io.ringmirror.processes.Child;
import io.ringmirror.replica.store.PositionFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server as a user would run it: a process with a properties file, and its own data. One thread. */
public final class BenchServer {
    private static final Duration START_BOUND = Duration.ofMinutes(5);
    private static final Duration STOP_BOUND = Duration.ofMinutes(2);
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final double KIB_PER_MIB = 1024;

    private final String name;
    private final Path data;
    private final Path properties;
    private final InetSocketAddress address;
    private final Optional<Path> socket;
    private final Child child;

    BenchServer(
            String name, Path data, Path properties, InetSocketAddress address, Optional<Path> socket, Child child) {
        this.name = name;
        this.data = data;
        this.properties = properties;
        this.address = address;
        this.socket = socket;
        this.child = child;
    }

    public String name() {
        return name;
    }

    /** Where a mirror's volume is served. */
    public Target target(String mirror, String volume) {
        return new Target(address, socket, mirror + "/" + volume);
    }

    /** The directory of its replica of a mirror. */
    public Path replica(String mirror) {
        return data.resolve(mirror);
    }

    /** Writes its settings; they hold from the next start on. */
    void configure(Map<String, String> keys) throws IOException {
        Files.writeString(
                properties,
                new TreeMap<>(keys)
                        .entrySet().stream()
                                .map(key -> key.getKey() + "=" + key.getValue() + "\n")
                                .collect(Collectors.joining()));
    }

    /** Starts it; returns after how many seconds it was ready. */
    public double start() throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        child.start();
        if (!child.awaitReady(START_BOUND)) {
            throw new IOException("server " + name + " is not ready; its log is under logs beside " + properties);
        }
        return (System.nanoTime() - startNs) / 1e9;
    }

    /** Stops it as a service manager does. */
    public void stop() throws IOException, InterruptedException {
        if (!child.stop(STOP_BOUND)) {
            throw new IOException("server " + name + " did not stop within " + STOP_BOUND.toSeconds() + " s");
        }
    }

    /** Its memory that is in use, in MiB. */
    public double residentMib() throws IOException {
        Path status = proc("status");
        Matcher found = RESIDENT.matcher(Files.readString(status));
        if (!found.find()) {
            throw new IOException(status + " does not tell " + RESIDENT);
        }
        return Double.parseDouble(found.group(1)) / KIB_PER_MIB;
    }

    /** The sequence up to which its replica of a mirror is flushed. */
    public long flushedSequence(String mirror) throws IOException {
        return PositionFile.open(replica(mirror).resolve("position"))
                .checkpoint()
                .position()
                .sequence();
    }

    /** How many threads of each name it has, numbers in names left out. */
    public Map<String, Long> threads() throws IOException {
        try (Stream<Path> tasks = Files.list(proc("task"))) {
            return tasks.map(BenchServer::threadName)
                    .collect(Collectors.groupingBy(found -> found, TreeMap::new, Collectors.counting()));
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(child.pid()), file);
    }

    /** One that has just ended has no name any more. */
    private static String threadName(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip().replaceAll("[0-9]+", "N");
        } catch (IOException e) {
            return "ended";
        }
    }

    /** Waits between two looks at something. */
    static void pause(long ms) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(ms);
    }
}
