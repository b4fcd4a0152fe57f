package io.ringmirror.torture;

import io.ringmirror.processes.Brokers;
import io.ringmirror.processes.Wire;
import io.ringmirror.processes.Wire.Silence;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The wires of all servers to the torture's own brokers, each a listener of every broker. Any thread. */
final class Wires implements AutoCloseable {
    private final Map<String, Brokers.Listener> listeners;
    private final Map<String, Wire> wires = new LinkedHashMap<>();

    private Wires(Map<String, Brokers.Listener> listeners) {
        this.listeners = listeners;
    }

    /** For these servers to so many brokers; passes nothing on yet. */
    static Wires plan(List<String> servers, int brokers) throws IOException {
        List<Integer> ports = Brokers.freePorts(2 * servers.size() * brokers);
        Map<String, Brokers.Listener> listeners = new LinkedHashMap<>();
        for (String server : servers) {
            int first = 2 * listeners.size() * brokers;
            listeners.put(
                    server,
                    new Brokers.Listener(
                            server.toUpperCase(Locale.ROOT),
                            ports.subList(first, first + brokers),
                            ports.subList(first + brokers, first + 2 * brokers)));
        }
        return new Wires(listeners);
    }

    /** What brokers need to be reached by them. */
    List<Brokers.Listener> listeners() {
        return List.copyOf(listeners.values());
    }

    /** What a server sets as {@code bootstrap.servers}. */
    String bootstrapServers(String server) {
        return listeners.get(server).advertised().stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(","));
    }

    /** Passes on from here on. */
    void open() throws IOException {
        for (Map.Entry<String, Brokers.Listener> entry : listeners.entrySet()) {
            List<InetSocketAddress> brokers = new ArrayList<>();
            entry.getValue()
                    .ports()
                    .forEach(port -> brokers.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
            wires.put(entry.getKey(), Wire.open(entry.getKey(), entry.getValue().advertised(), brokers));
        }
    }

    /** From here on nothing of this kind comes through between a server and the brokers. */
    void silence(String server, Silence silence) {
        wires.get(server).silence(silence);
    }

    @Override
    public void close() {
        wires.values().forEach(Wire::close);
    }
}
