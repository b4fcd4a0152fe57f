package io.ringmirror.producer.nbd;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an NBD server takes connections: a TCP address, and a Unix-domain socket if one is set. Netty makes the socket's
 * file and deletes it again; one that a killed server has left behind is replaced. Its rights are those that the umask
 * leaves, less those of users outside its group. Used by one thread at a time.
 */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final int MAX_RECEIVE_BYTES = 128 << 10;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private final Channel tcp;
    private final Optional<Channel> local;

    private Listeners(Channel tcp, Optional<Channel> local) {
        this.tcp = tcp;
        this.local = local;
    }

    /**
     * Listens; once it returns clients can connect.
     *
     * @param accepted called with each new connection, on its event loop
     * @throws IOException if an address cannot be listened on; names it and the reason
     */
    static Listeners open(NbdSettings settings, EventLoopGroup eventLoops, Consumer<Channel> accepted)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        if (address.isUnresolved()) {
            throw new IOException("cannot listen for NBD clients on " + settings.host() + ": no such host");
        }
        ServerBootstrap overTcp = bootstrap(eventLoops, accepted)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true);
        Channel tcp = bind(overTcp, address, settings.host() + ":" + settings.port());
        try {
            return new Listeners(tcp, openLocal(settings.socket(), bootstrap(eventLoops, accepted)));
        } catch (IOException e) {
            tcp.close().awaitUninterruptibly();
            throw e;
        }
    }

    /** The TCP address, with the port that was chosen where 0 was asked for. */
    InetSocketAddress address() {
        return (InetSocketAddress) tcp.localAddress();
    }

    /** Takes no new connections; those there are stay. */
    @Override
    public void close() {
        tcp.close().awaitUninterruptibly();
        local.ifPresent(channel -> channel.close().awaitUninterruptibly());
    }

    private static ServerBootstrap bootstrap(EventLoopGroup eventLoops, Consumer<Channel> accepted) {
        return new ServerBootstrap()
                .group(eventLoops)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(2048, 16 << 10, MAX_RECEIVE_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.accept(channel);
                    }
                });
    }

    private static Optional<Channel> openLocal(Optional<Path> socket, ServerBootstrap bootstrap) throws IOException {
        if (socket.isEmpty()) {
            return Optional.empty();
        }
        removeLeftover(socket.get());
        Channel channel = bind(
                bootstrap.channel(NioServerDomainSocketChannel.class),
                UnixDomainSocketAddress.of(socket.get()),
                socket.get().toString());
        try {
            shutOut(socket.get());
        } catch (IOException e) {
            channel.close().awaitUninterruptibly();
            throw e;
        }
        return Optional.of(channel);
    }

    /** Whoever may connect may read and write all volumes: users outside the file's group never may, whatever the umask. */
    private static void shutOut(Path socket) throws IOException {
        Set<PosixFilePermission> rights = EnumSet.copyOf(Files.getPosixFilePermissions(socket));
        if (rights.removeAll(OTHERS)) {
            Files.setPosixFilePermissions(socket, rights);
        }
    }

    private static Channel bind(ServerBootstrap bootstrap, SocketAddress address, String name) throws IOException {
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen for NBD clients on " + name + ": "
                            + bound.cause().getMessage() + "; choose another address, or end what listens there",
                    bound.cause());
        }
        LOG.info("NBD server listens on {}", bound.channel().localAddress());
        return bound.channel();
    }

    /** A socket's file outlives a process that was killed; nobody answers there then. */
    private static void removeLeftover(Path socket) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        String problem = "cannot listen for NBD clients on " + socket + ": ";
        if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException(problem + "a file is there that is no socket; choose another path");
        }
        try (SocketChannel other = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.connect(UnixDomainSocketAddress.of(socket));
        } catch (ConnectException e) {
            LOG.debug("{} is left over: {}", socket, e.getMessage());
            Files.delete(socket);
            return;
        }
        throw new IOException(problem + "another process serves there; choose another path, or end it");
    }
}
