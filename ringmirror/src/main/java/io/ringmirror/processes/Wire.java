package io.ringmirror.processes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All that goes between one server and the brokers: connections that are passed on byte by byte, until one direction or
 * both are silenced. Nothing is lost then, and nobody is told: bytes wait where they are, as they do for a network that is
 * away, and go on when it is back. Threads of its own pass bytes on; any thread silences.
 */
public final class Wire implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int BACKLOG = 64;
    private static final int STACK_BYTES = 256 << 10;

    /** What is silenced. */
    public enum Silence {
        NONE,
        TO_BROKERS,
        FROM_BROKERS,
        BOTH
    }

    private final List<ServerSocket> listeners = new ArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final String name;
    private Silence silence = Silence.NONE;
    private volatile boolean closed;

    private Wire(String name) {
        this.name = name;
    }

    /**
     * Listens for a server.
     *
     * @param name of the server, for threads
     * @param ports where the server finds each broker
     * @param brokers where each broker is
     */
    public static Wire open(String name, List<Integer> ports, List<InetSocketAddress> brokers) throws IOException {
        Wire wire = new Wire(name);
        try {
            for (int i = 0; i < ports.size(); i++) {
                ServerSocket listener = new ServerSocket(ports.get(i), BACKLOG, InetAddress.getLoopbackAddress());
                wire.listeners.add(listener);
                InetSocketAddress broker = brokers.get(i);
                wire.run(() -> wire.accept(listener, broker));
            }
            return wire;
        } catch (IOException e) {
            wire.close();
            throw e;
        }
    }

    /** From here on bytes of these directions wait; {@link Silence#NONE} lets all go on. */
    public synchronized void silence(Silence now) {
        silence = now;
        notifyAll();
    }

    @Override
    public void close() {
        closed = true;
        silence(Silence.NONE);
        listeners.forEach(Wire::close);
        sockets.forEach(Wire::close);
    }

    private void accept(ServerSocket listener, InetSocketAddress broker) {
        while (!closed) {
            try {
                Socket server = listener.accept();
                sockets.add(server);
                run(() -> connect(server, broker));
            } catch (IOException e) {
                if (closed) {
                    return;
                }
            }
        }
    }

    /** A broker that is not there is not there for the server either. */
    private void connect(Socket server, InetSocketAddress address) {
        Socket broker = new Socket();
        sockets.add(broker);
        try {
            awaitOpen(Silence.TO_BROKERS);
            broker.connect(address);
            broker.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        } catch (IOException | InterruptedException e) {
            end(server, broker);
            return;
        }
        run(() -> pass(server, broker, Silence.TO_BROKERS));
        run(() -> pass(broker, server, Silence.FROM_BROKERS));
    }

    private void pass(Socket from, Socket to, Silence direction) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int count = in.read(buffer);
            while (count >= 0) {
                awaitOpen(direction);
                out.write(buffer, 0, count);
                count = in.read(buffer);
            }
            awaitOpen(direction);
        } catch (IOException | InterruptedException e) {
            // One of the two has gone; so does the other.
        } finally {
            end(from, to);
        }
    }

    private synchronized void awaitOpen(Silence direction) throws InterruptedException {
        while (!closed && (silence == direction || silence == Silence.BOTH)) {
            wait();
        }
    }

    private void end(Socket one, Socket other) {
        close(one);
        close(other);
        sockets.remove(one);
        sockets.remove(other);
    }

    private void run(Runnable work) {
        Thread thread = new Thread(null, work, "wire-" + name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is gone either way.
        }
    }
}
