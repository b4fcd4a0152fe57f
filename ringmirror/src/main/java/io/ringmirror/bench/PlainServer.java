package io.ringmirror.bench;

import io.ringmirror.bench.load.NbdLoad.Target;
import io.ringmirror.processes.Brokers;
import io.ringmirror.processes.Child;
import io.ringmirror.processes.Children;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An NBD server for a file without a mirror: nbdkit with its file plugin, where it is installed. */
public final class PlainServer {
    private static final int TRIES = 100;
    private static final long PAUSE_MS = 50;

    private final InetSocketAddress address;
    private final String name;

    private PlainServer(InetSocketAddress address, String name) {
        this.address = address;
        this.name = name;
    }

    /** Serves a new sparse file of this size; empty where nbdkit is not installed. */
    static Optional<PlainServer> start(Path directory, long bytes, Children processes)
            throws IOException, InterruptedException {
        Path image = directory.resolve("plain.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        int port = Brokers.freePorts(1).get(0);
        Child child = processes.program(
                "nbdkit",
                List.of("nbdkit", "-f", "-i", "127.0.0.1", "-p", Integer.toString(port), "file", image.toString()),
                "");
        try {
            child.start();
        } catch (IOException e) {
            return Optional.empty();
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int attempt = 0; attempt < TRIES && child.isAlive(); attempt++) {
            if (answers(address)) {
                return Optional.of(new PlainServer(address, "nbdkit file"));
            }
            BenchServer.pause(PAUSE_MS);
        }
        return Optional.empty();
    }

    String name() {
        return name;
    }

    /** Its only export. */
    public Target target() {
        return new Target(address, "");
    }

    private static boolean answers(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
