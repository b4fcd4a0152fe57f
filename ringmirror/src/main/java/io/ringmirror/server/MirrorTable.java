package io.ringmirror.server;

import io.ringmirror.replica.control.ControlFeed;
import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mirrors that run on a server: starts them when they are defined, hands them what the feed brings, and takes them
 * out when they end. The feed's thread calls in; starting and stopping is done by one thread of the starter.
 */
final class MirrorTable implements ControlFeed.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorTable.class);

    private final ServerSettings settings;
    private final MirrorStarter starter;
    private final Function<String, Optional<MirrorStatus>> statuses;
    private final ExportTable exports;
    private final BiConsumer<String, String> disconnect;
    private final Executor executor;
    private final Map<String, RunningMirror> running = new ConcurrentHashMap<>();
    private final Map<String, String> failures = new ConcurrentSkipListMap<>();
    private volatile boolean watching;

    /**
     * Starts empty, and starts nothing by itself before {@link #startDefined}.
     *
     * @param statuses the tracker's last answer about a mirror
     * @param exports where volumes are offered
     * @param disconnect ends the connections of an export, for the reason given
     * @param executor of one thread
     */
    MirrorTable(
            ServerSettings settings,
            MirrorStarter starter,
            Function<String, Optional<MirrorStatus>> statuses,
            ExportTable exports,
            BiConsumer<String, String> disconnect,
            Executor executor) {
        this.settings = settings;
        this.starter = starter;
        this.statuses = statuses;
        this.exports = exports;
        this.disconnect = disconnect;
        this.executor = executor;
    }

    /** Starts what is defined now, and from here on what will be. */
    void startDefined(Map<String, Definition> definitions) throws IOException {
        for (String named : settings.mirrors()) {
            requireConcerned(named, definitions);
        }
        IOException first = null;
        for (Definition definition : new TreeMap<>(definitions).values()) {
            if (!MirrorServer.concerns(settings, definition)) {
                continue;
            }
            try {
                start(definition);
            } catch (IOException | RuntimeException e) {
                IOException failure = new IOException("mirror " + definition.mirror() + ": " + e.getMessage(), e);
                if (!settings.mirrors().isEmpty()) {
                    throw failure;
                }
                LOG.error("{}", failure.getMessage());
                first = first == null ? failure : first;
            }
        }
        if (first != null && running.isEmpty()) {
            throw first;
        }
        watching = true;
    }

    Map<String, Role> roles() {
        Map<String, Role> roles = new TreeMap<>();
        running.forEach((mirror, run) -> roles.put(mirror, run.role()));
        return roles;
    }

    /** Why the mirrors stopped that could not go on, by mirror. */
    Map<String, String> failures() {
        return Map.copyOf(failures);
    }

    void order(String mirror, Action action) {
        RunningMirror ordered = running.get(mirror);
        if (ordered != null) {
            ordered.order(action);
        }
    }

    @Override
    public void defined(Definition definition) {
        if (watching && MirrorServer.concerns(settings, definition)) {
            executor.execute(() -> startLater(definition));
        }
    }

    @Override
    public void undefined(String mirror) {
        RunningMirror deleted = running.get(mirror);
        if (deleted != null) {
            LOG.info("mirror={} was deleted", mirror);
            executor.execute(deleted::close);
        }
    }

    @Override
    public void status(MirrorStatus status) {
        RunningMirror mirror = running.get(status.mirror());
        if (mirror != null) {
            mirror.status(status);
        }
    }

    @Override
    public void commanded(Command command) {
        RunningMirror mirror = running.get(command.mirror());
        boolean forThisServer = command.server().map(settings.server()::equals).orElse(true);
        if (mirror != null && forThisServer && mirror.mirrorId().equals(command.mirrorId())) {
            LOG.info("mirror={} order {} ({})", command.mirror(), command.action(), command.commandId());
            mirror.order(command.action());
        }
    }

    @Override
    public void close() {
        watching = false;
        running.values().stream()
                .map(mirror -> CompletableFuture.runAsync(mirror::close))
                .toList()
                .forEach(CompletableFuture::join);
    }

    private void startLater(Definition definition) {
        try {
            if (!running.containsKey(definition.mirror())) {
                start(definition);
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("mirror={} cannot run here: {}", definition.mirror(), e.getMessage(), e);
        }
    }

    private void start(Definition definition) throws IOException {
        String mirror = definition.mirror();
        RunningMirror started = starter.start(definition);
        failures.remove(mirror);
        running.put(mirror, started);
        exports.add(started.devices());
        statuses.apply(mirror).ifPresent(started::status);
        LOG.info("mirror={} role={} server={}", mirror, started.role(), settings.server());
        CompletableFuture<Void> unused =
                started.ended().whenComplete((nothing, problem) -> ended(mirror, started, problem));
    }

    private void ended(String mirror, RunningMirror run, Throwable problem) {
        exports.remove(run.devices());
        String reason = problem == null ? "the server stopped" : String.valueOf(problem.getMessage());
        run.devices().forEach(device -> disconnect.accept(device.name(), reason));
        if (problem != null) {
            failures.put(mirror, reason);
        }
        running.remove(mirror, run);
    }

    private void requireConcerned(String mirror, Map<String, Definition> definitions) throws IOException {
        Definition definition = definitions.get(mirror);
        if (definition == null) {
            throw new IOException("there is no mirror '" + mirror + "'; defined are " + definitions.keySet()
                    + ". Make it with: ringmirror create " + mirror);
        }
        if (!MirrorServer.concerns(settings, definition)) {
            throw new IOException("mirror '" + mirror + "' does not concern server '" + settings.server() + "' as "
                    + settings.roles() + ": its source is " + definition.source() + ", its replicas are on "
                    + definition.replicas().stream()
                            .map(Definition.Replica::server)
                            .toList());
        }
    }
}
