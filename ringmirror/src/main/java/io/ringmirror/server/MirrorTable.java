package io.ringmirror.server;

import io.ringmirror.replica.control.ControlFeed;
import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.volume.Reason;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mirrors of a server: hosts each from its definition on until that goes or names this server no more, and hands it
 * what the feed brings. The feed's thread calls in and is never blocked.
 */
final class MirrorTable implements ControlFeed.Listener, AutoCloseable {
    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);
    private static final Logger LOG = LoggerFactory.getLogger(MirrorTable.class);

    private final ServerSettings settings;
    private final ClusterSettings cluster;
    private final MirrorStarter starter;
    private final StandstillFacts absence;
    private final Function<String, Optional<MirrorStatus>> statuses;
    private final ExportTable exports;
    private final BiConsumer<String, String> disconnect;
    private final Map<String, HostedMirror> hosted = new ConcurrentHashMap<>();
    private boolean watching;

    /**
     * Starts empty, and starts nothing by itself before {@link #startDefined}.
     *
     * @param cluster whose mirrors these are
     * @param absence states what happens to mirrors that do not run
     * @param statuses the tracker's last answer about a mirror
     * @param exports where volumes are offered
     * @param disconnect ends the connections of an export, for the reason given
     */
    MirrorTable(
            ServerSettings settings,
            ClusterSettings cluster,
            MirrorStarter starter,
            StandstillFacts absence,
            Function<String, Optional<MirrorStatus>> statuses,
            ExportTable exports,
            BiConsumer<String, String> disconnect) {
        this.settings = settings;
        this.cluster = cluster;
        this.starter = starter;
        this.absence = absence;
        this.statuses = statuses;
        this.exports = exports;
        this.disconnect = disconnect;
    }

    /**
     * Starts what is defined now, and from here on what will be; returns when what is defined now runs, or was found
     * unable to.
     *
     * @param definitions those now, each no older than what {@link #defined} was told before
     * @throws IOException if a mirror named in the settings cannot run, or if there are some and none can
     */
    void startDefined(Supplier<Map<String, Definition>> definitions) throws IOException {
        hostAll(definitions).forEach(CompletableFuture::join);
        Optional<IOException> failure = firstFailure();
        if (failure.isPresent() && (!cluster.mirrors().isEmpty() || roles().isEmpty())) {
            throw failure.get();
        }
    }

    boolean isEmpty() {
        return hosted.isEmpty();
    }

    /** All of them, whether or not they run. */
    Collection<HostedMirror> all() {
        return hosted.values();
    }

    /** The mirrors that run now, with the role they have here. */
    Map<String, Role> roles() {
        Map<String, Role> roles = new TreeMap<>();
        hosted.forEach((mirror, host) -> host.role().ifPresent(role -> roles.put(mirror, role)));
        return roles;
    }

    /** Why no mirror runs here and none will by itself, if there are some. */
    Optional<IOException> failure() {
        boolean allStand = !hosted.isEmpty() && hosted.values().stream().allMatch(HostedMirror::standsStill);
        return allStand ? firstFailure() : Optional.empty();
    }

    /** Gives an order to a mirror that runs here. */
    void order(String mirror, Action action) {
        HostedMirror host = hosted.get(mirror);
        if (host != null) {
            host.obey(Order.local(new Command(
                    host.definition().mirrorId(), mirror, UUID.randomUUID(), Optional.of(settings.server()), action)));
        }
    }

    @Override
    public synchronized void defined(Definition definition) {
        if (!watching) {
            return;
        }
        HostedMirror host = hosted.get(definition.mirror());
        boolean concerned = cluster.concerns(definition, settings.server());
        if (host == null && concerned) {
            CompletableFuture<Void> unused = host(definition, NOTHING);
        } else if (host != null && concerned && host.definition().mirrorId().equals(definition.mirrorId())) {
            host.redefined(definition);
        } else if (host != null) {
            LOG.info("mirror={} has no replica on this server any more", definition.mirror());
            CompletableFuture<Void> gone = drop(definition.mirror());
            if (concerned) {
                CompletableFuture<Void> unused = host(definition, gone);
            }
        }
    }

    @Override
    public synchronized void undefined(String mirror) {
        if (hosted.containsKey(mirror)) {
            LOG.info("mirror={} was deleted", mirror);
            CompletableFuture<Void> unused = drop(mirror);
        }
    }

    @Override
    public void status(MirrorStatus status) {
        HostedMirror host = hosted.get(status.mirror());
        if (host != null && host.definition().mirrorId().equals(status.mirrorId())) {
            host.status(status);
        }
    }

    @Override
    public void commanded(Command command, long logTimeMs) {
        HostedMirror host = hosted.get(command.mirror());
        boolean forThisServer = command.server().map(settings.server()::equals).orElse(true);
        if (host != null && forThisServer && host.definition().mirrorId().equals(command.mirrorId())) {
            LOG.info("mirror={} order {} ({})", command.mirror(), command.action(), command.commandId());
            host.obey(Order.logged(command, logTimeMs));
        }
    }

    @Override
    public void close() {
        stopWatching();
        hosted.values().stream().map(HostedMirror::close).toList().forEach(CompletableFuture::join);
    }

    /** From here on definitions are heeded as they come; none comes between these and the first of those. */
    private synchronized List<CompletableFuture<Void>> hostAll(Supplier<Map<String, Definition>> definitions)
            throws IOException {
        Map<String, Definition> now = definitions.get();
        for (String named : cluster.mirrors()) {
            requireConcerned(named, now);
        }
        watching = true;
        return now.values().stream()
                .filter(definition -> cluster.concerns(definition, settings.server()))
                .map(definition -> host(definition, NOTHING))
                .toList();
    }

    private synchronized void stopWatching() {
        watching = false;
    }

    /** Hosts the mirror now, and starts it after that. */
    private CompletableFuture<Void> host(Definition definition, CompletableFuture<Void> after) {
        String mirror = definition.mirror();
        HostedMirror host = new HostedMirror(
                definition, starter, absence, new Exposed(), () -> statuses.apply(mirror), MirrorThreads.of(mirror));
        hosted.put(mirror, host);
        return after.thenCompose(nothing -> host.start());
    }

    private CompletableFuture<Void> drop(String mirror) {
        HostedMirror host = hosted.remove(mirror);
        return host == null ? NOTHING : host.close();
    }

    private Optional<IOException> firstFailure() {
        return new TreeMap<>(hosted)
                .values().stream()
                        .flatMap(host -> host.failure().stream()
                                .map(problem -> new IOException(
                                        "mirror " + host.definition().mirror() + ": " + Reason.of(problem), problem)))
                        .findFirst();
    }

    private void requireConcerned(String mirror, Map<String, Definition> definitions) throws IOException {
        Definition definition = definitions.get(mirror);
        if (definition == null) {
            throw new IOException("there is no mirror '" + mirror + "'; defined are " + definitions.keySet()
                    + ". Make it with: ringmirror create " + mirror);
        }
        if (!cluster.concerns(definition, settings.server())) {
            throw new IOException("mirror '" + mirror + "' does not concern server '" + settings.server()
                    + "': its replicas are on "
                    + definition.replicas().stream()
                            .map(Definition.Replica::server)
                            .toList());
        }
    }

    /** Shows running mirrors to clients. */
    private final class Exposed implements HostedMirror.Exposure {
        @Override
        public void shown(RunningMirror mirror) {
            exports.add(mirror.devices());
        }

        @Override
        public void hidden(RunningMirror mirror, String reason) {
            exports.remove(mirror.devices());
            mirror.devices().forEach(device -> disconnect.accept(device.name(), reason));
        }
    }
}
