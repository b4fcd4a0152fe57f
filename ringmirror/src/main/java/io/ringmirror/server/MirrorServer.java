package io.ringmirror.server;

import io.ringmirror.producer.nbd.NbdServer;
import io.ringmirror.replica.Opened;
import io.ringmirror.replica.control.ControlFeed;
import io.ringmirror.replica.control.EventPublisher;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A source, a destination, or both: opens what its mirrors share, starts the mirrors that name this server, and follows
 * the definitions for more. One mirror that cannot run does not stop the others. Any thread.
 */
public final class MirrorServer implements AutoCloseable {
    private final ControlFeed feed;
    private final MirrorTable mirrors;
    private final Optional<NbdServer> nbd;
    private final Opened opened;

    private MirrorServer(ControlFeed feed, MirrorTable mirrors, Optional<NbdServer> nbd, Opened opened) {
        this.feed = feed;
        this.mirrors = mirrors;
        this.nbd = nbd;
        this.opened = opened;
    }

    /**
     * Starts; returns when the mirrors that are defined now run, or were found unable to.
     *
     * @throws IOException if the NBD address cannot be used; or, with mirrors named in the settings, if one of them
     *     cannot run; or, with none named, if there are some and none can run
     * @throws io.ringmirror.schemas.topics.TopicException if topics are missing or not safe
     * @throws io.ringmirror.schemas.topics.ClusterUnreachableException if no broker answers within the bound
     */
    public static MirrorServer start(ServerSettings settings) throws IOException, InterruptedException {
        Opened opened = new Opened();
        try {
            MirrorServer server = open(settings, opened);
            server.feed.start();
            server.feed.awaitCaughtUp(settings.kafkaTimeout());
            server.mirrors.startDefined(server.feed.definitions());
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Where volumes are served, if this server may be a source. */
    public Optional<InetSocketAddress> nbdAddress() {
        return nbd.map(NbdServer::address);
    }

    /** The mirrors that run now, with the role they have here. */
    public Map<String, Role> mirrors() {
        return mirrors.roles();
    }

    /** Why no mirror runs here any more and none can go on, if there are some. */
    public Optional<IOException> failure() {
        return mirrors.failure();
    }

    /** Gives an order to a mirror that runs here, as a record of the commands topic would; others pass it over. */
    public void order(String mirror, Action action) {
        mirrors.order(mirror, action);
    }

    /** Stops serving, finishes and flushes each mirror within its bound, and lets everything go. Idempotent. */
    @Override
    public void close() {
        opened.close();
    }

    private static MirrorServer open(ServerSettings settings, Opened opened) throws IOException {
        TopicAdmin admin = opened.add(TopicAdmin.open(settings.adminProperties(), settings.kafkaTimeout()));
        admin.requireSafe(new TopicCheck(settings.topics()), List.of());
        MirrorSerdes serdes = opened.add(MirrorSerdes.configured(settings.serdeProperties()));
        EventPublisher events = opened.add(EventPublisher.open(
                settings.topics(),
                settings.producerProperties(),
                serdes.events().serializer(),
                settings.kafkaTimeout()));
        ServerThreads threads = opened.add(new ServerThreads());
        ControlFeed feed = opened.add(ControlFeed.open(settings.topics(), settings.consumerProperties(), serdes));
        ExportTable exports = new ExportTable();
        Optional<NbdServer> nbd = settings.roles().contains(Role.SOURCE)
                ? Optional.of(new NbdServer(settings.nbd(), exports))
                : Optional.empty();
        MirrorTable mirrors = opened.add(new MirrorTable(
                settings,
                new MirrorStarter(settings, serdes, admin, events, threads),
                feed::status,
                exports,
                (export, reason) -> nbd.ifPresent(server -> server.closeConnections(export, reason)),
                threads.starter()));
        feed.addListener(mirrors);
        if (nbd.isPresent()) {
            opened.add(nbd.get()).start();
        }
        return new MirrorServer(feed, mirrors, nbd, opened);
    }

    /** Whether a definition concerns a server with these settings. */
    static boolean concerns(ServerSettings settings, Definition definition) {
        boolean wanted = settings.mirrors().isEmpty() || settings.mirrors().contains(definition.mirror());
        return wanted && definition.replicaOf(settings.server()).isPresent();
    }
}
