package io.ringmirror.server;

import io.ringmirror.producer.nbd.NbdServer;
import io.ringmirror.replica.Opened;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.volume.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A source, a destination, or both: opens what its mirrors share, hosts the mirrors that name this server on each of its
 * clusters, and follows the definitions for more. One mirror that cannot run does not stop the others, nor does a cluster
 * that is away stop the mirrors of others: it is tried again. Any thread.
 */
public final class MirrorServer implements AutoCloseable {
    private final List<HostedCluster> clusters;
    private final Optional<NbdServer> nbd;
    private final Opened opened;

    private MirrorServer(List<HostedCluster> clusters, Optional<NbdServer> nbd, Opened opened) {
        this.clusters = clusters;
        this.nbd = nbd;
        this.opened = opened;
    }

    /**
     * Starts; returns when the mirrors that are defined now run, or were found unable to. Throws what its first cluster
     * was found unable to start for, if none could be started.
     *
     * @throws IOException if the NBD address cannot be used, or not even one mirror fits into memory; or, with mirrors named in the settings, if one of them
     *     cannot run; or, with none named, if there are some and none can run
     * @throws io.ringmirror.schemas.topics.TopicException if topics are missing or not safe
     * @throws io.ringmirror.schemas.topics.ClusterUnreachableException if no broker of a cluster answers within the bound
     */
    public static MirrorServer start(ServerSettings settings) throws IOException, InterruptedException {
        Opened opened = new Opened();
        try {
            MirrorServer server = open(settings, opened);
            server.startClusters();
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
        Map<String, Role> roles = new TreeMap<>();
        tables().forEach(table -> roles.putAll(table.roles()));
        return roles;
    }

    /** The clusters that it does not serve yet, each with the reason; they are tried again. */
    public List<String> unserved() {
        return clusters.stream()
                .flatMap(cluster ->
                        cluster.failure().stream().map(why -> "cluster " + cluster.name() + ": " + Reason.of(why)))
                .toList();
    }

    /** Why no mirror runs here any more and none can go on, if there are some. */
    public Optional<IOException> failure() {
        List<MirrorTable> tables =
                tables().stream().filter(table -> !table.isEmpty()).toList();
        boolean all = unserved().isEmpty()
                && tables.stream().allMatch(table -> table.failure().isPresent());
        return all ? tables.stream().flatMap(table -> table.failure().stream()).findFirst() : Optional.empty();
    }

    /** Gives an order to a mirror that runs here, as a record of the commands topic would; others pass it over. */
    public void order(String mirror, Action action) {
        tables().forEach(table -> table.order(mirror, action));
    }

    /** Stops serving, finishes and flushes each mirror within its bound, and lets everything go. Idempotent. */
    @Override
    public void close() {
        opened.close();
    }

    private void startClusters() throws IOException, InterruptedException {
        CompletableFuture<?>[] tried =
                clusters.stream().map(HostedCluster::tryOnce).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(tried).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a cluster could not be started: " + e.getMessage(), e);
        }
        List<HostedCluster> failed = clusters.stream()
                .filter(cluster -> cluster.failure().isPresent())
                .toList();
        if (!failed.isEmpty() && failed.size() == clusters.size()) {
            throwIt(failed.get(0).failure().orElseThrow());
        }
        failed.forEach(HostedCluster::keepTrying);
    }

    private static void throwIt(Exception failure) throws IOException, InterruptedException {
        if (failure instanceof IOException problem) {
            throw problem;
        } else if (failure instanceof InterruptedException interrupted) {
            throw interrupted;
        } else if (failure instanceof RuntimeException problem) {
            throw problem;
        }
    }

    private List<MirrorTable> tables() {
        return clusters.stream()
                .flatMap(cluster -> cluster.part().stream())
                .map(ClusterPart::mirrors)
                .toList();
    }

    private static MirrorServer open(ServerSettings settings, Opened opened) throws IOException {
        MemoryBudget.ofProcess().require(MemoryNeed.of(settings), "a mirror");
        MirrorSerdes serdes = opened.add(MirrorSerdes.configured(settings.serdeProperties()));
        ExportTable exports = new ExportTable();
        Optional<NbdServer> nbd = settings.roles().contains(Role.SOURCE)
                ? Optional.of(new NbdServer(settings.nbd(), exports))
                : Optional.empty();
        List<HostedCluster> clusters = new ArrayList<>();
        for (ClusterSettings cluster : settings.clusters()) {
            clusters.add(opened.add(new HostedCluster(
                    String.valueOf(cluster.adminProperties().get("bootstrap.servers")),
                    parts -> ClusterPart.start(
                            settings,
                            cluster,
                            serdes,
                            exports,
                            (export, reason) -> nbd.ifPresent(server -> server.closeConnections(export, reason)),
                            parts))));
        }
        if (nbd.isPresent()) {
            opened.add(nbd.get()).start();
        }
        return new MirrorServer(List.copyOf(clusters), nbd, opened);
    }
}
