package io.ringmirror.bench;

import io.ringmirror.bench.load.NbdLoad.Target;
import io.ringmirror.processes.Brokers;
import io.ringmirror.processes.Child;
import io.ringmirror.processes.Children;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An NBD server for a file without a mirror: nbdkit with its file plugin, where it is installed. */
public final class PlainServer {
    private static final int TRIES = 100;
    private static final long PAUSE_MS = 50;

    private final Target target;
    private final String name;

    private PlainServer(Target target, String name) {
        this.target = target;
        this.name = name;
    }

    /** Serves a new sparse file of this size, on the socket or else over TCP; empty where nbdkit is not installed. */
    static Optional<PlainServer> start(Path directory, Optional<Path> socket, long bytes, Children processes)
            throws IOException, InterruptedException {
        Path image = directory.resolve("plain.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Brokers.freePorts(1).get(0));
        List<String> command = new ArrayList<>(List.of("nbdkit", "-f"));
        command.addAll(socket.map(path -> List.of("-U", path.toString()))
                .orElse(List.of("-i", "127.0.0.1", "-p", Integer.toString(address.getPort()))));
        command.addAll(List.of("file", image.toString()));
        Child child = processes.program("nbdkit", command, "");
        try {
            child.start();
        } catch (IOException e) {
            return Optional.empty();
        }
        for (int attempt = 0; attempt < TRIES && child.isAlive(); attempt++) {
            if (answers(socket.<SocketAddress>map(UnixDomainSocketAddress::of).orElse(address))) {
                return Optional.of(new PlainServer(new Target(address, socket, ""), "nbdkit file"));
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
        return target;
    }

    private static boolean answers(SocketAddress address) {
        try (SocketChannel channel = SocketChannel.open(address)) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
