package io.ringmirror.producer.nbd;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves block devices to NBD clients over TCP and, if set, over a Unix-domain socket, without encryption: who may reach
 * the address, or open the socket's file for writing, may read and write. Owns the event loops and all connections; its
 * methods may be called from any thread but its own event loops. What a client sends is checked before a device sees it,
 * and the memory clients can take is bounded by the settings.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a channel is told closed by its close future
public final class NbdServer implements AutoCloseable {
    /** How long {@link #close} waits for requests in flight. */
    static final long CLOSE_TIMEOUT_MS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(NbdServer.class);
    private static final int MAX_EVENT_LOOPS = 4;

    private final NbdContext context;
    private final Set<NbdConnection> connections = ConcurrentHashMap.newKeySet();
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private EventLoopGroup eventLoops;
    private Listeners listeners;

    public NbdServer(NbdSettings settings, Exports exports) {
        this.context = new NbdContext(settings, exports);
    }

    public NbdMetrics metrics() {
        return context.metrics();
    }

    /**
     * Listens; once it returns clients can connect.
     *
     * @throws IOException if the address cannot be listened on; names the address and the reason
     * @throws IllegalStateException if it was started before
     */
    public synchronized void start() throws IOException {
        if (eventLoops != null) {
            throw new IllegalStateException("the NBD server was started before; make a new one");
        }
        int threads = Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors());
        eventLoops = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("nbd", true), NioIoHandler.newFactory());
        try {
            listeners = Listeners.open(context.settings(), eventLoops, this::accept);
        } catch (IOException e) {
            eventLoops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            throw e;
        }
    }

    private void accept(Channel channel) {
        clients.add(channel);
        if (clients.size() > context.settings().maxConnections()) {
            LOG.warn(
                    "NBD client {} refused: {} connections are open already",
                    ClientName.of(channel),
                    context.settings().maxConnections());
            metrics().connectionRefused();
            channel.close();
            return;
        }
        metrics().connectionOpened();
        channel.closeFuture().addListener(closed -> metrics().connectionClosed());
        HandshakeDecoder decoder = new HandshakeDecoder();
        HandshakeHandler handshake =
                new HandshakeHandler(context.exports(), metrics(), agreement -> transmit(channel, agreement));
        channel.pipeline().addLast(decoder, handshake);
    }

    /** Goes from the handshake to the transmission phase; what the client sent after it is passed on. */
    private void transmit(Channel channel, Agreement agreement) {
        NbdConnection connection = new NbdConnection(channel, agreement, context);
        connections.add(connection);
        channel.closeFuture().addListener(closed -> connections.remove(connection));
        connection.install();
        channel.pipeline().remove(HandshakeHandler.class);
        channel.pipeline().remove(HandshakeDecoder.class);
    }

    /**
     * The TCP address it listens on, with the port that was chosen where 0 was asked for.
     *
     * @throws IllegalStateException if it does not listen
     */
    public synchronized InetSocketAddress address() {
        if (listeners == null) {
            throw new IllegalStateException("the NBD server does not listen");
        }
        return listeners.address();
    }

    /** Closes all connections that use an export, at once: their requests in flight are not answered. */
    public void closeConnections(String exportName, String reason) {
        connections.stream()
                .filter(connection -> connection.exportName().equals(exportName))
                .forEach(connection -> connection.close(reason));
    }

    /**
     * Takes no new connections and requests, lets those in flight finish for at most {@link #CLOSE_TIMEOUT_MS}, and
     * closes all connections. Idempotent; also where it was never started.
     */
    @Override
    public synchronized void close() {
        if (listeners == null) {
            return;
        }
        listeners.close();
        listeners = null;
        closeClients();
        eventLoops
                .shutdownGracefully(0, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
        LOG.info("NBD server stopped");
    }

    private void closeClients() {
        clients.close(channel -> channel.pipeline().get(HandshakeHandler.class) != null);
        connections.forEach(NbdConnection::finish);
        if (!clients.newCloseFuture().awaitUninterruptibly(CLOSE_TIMEOUT_MS)) {
            LOG.warn("NBD server: {} connections still have requests in flight and are closed", clients.size());
        }
        clients.close().awaitUninterruptibly();
    }
}
