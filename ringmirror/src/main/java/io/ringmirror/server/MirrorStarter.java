package io.ringmirror.server;

import io.ringmirror.consumer.Destination;
import io.ringmirror.producer.Claim;
import io.ringmirror.producer.NotOwnerException;
import io.ringmirror.producer.Source;
import io.ringmirror.replica.LogEraser;
import io.ringmirror.replica.MirrorContext;
import io.ringmirror.replica.control.EventPublisher;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.ClusterFacts;
import io.ringmirror.schemas.topics.DefinitionStore;
import io.ringmirror.schemas.topics.Finding;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicCheck;
import io.ringmirror.volume.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts one mirror in the role that this server has in it, after checking that its topics keep what is written to
 * them. Blocking; one start at a time.
 */
final class MirrorStarter {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorStarter.class);

    private static final long LEAST_SPACE_BYTES = 1L << 20;

    private final ServerSettings settings;
    private final ClusterSettings cluster;
    private final MirrorSerdes serdes;
    private final TopicAdmin admin;
    private final EventPublisher events;
    /** Warnings that were logged: a mirror that is tried again has the same. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    MirrorStarter(
            ServerSettings settings,
            ClusterSettings cluster,
            MirrorSerdes serdes,
            TopicAdmin admin,
            EventPublisher events) {
        this.settings = settings;
        this.cluster = cluster;
        this.serdes = serdes;
        this.admin = admin;
        this.events = events;
    }

    /**
     * Starts the mirror; returns when it runs.
     *
     * @param claim on what ground it may be the source here; absent if it is to be a destination
     * @param threads those of the mirror
     * @throws RoleException if the role this server would have is not among its roles, or an order does not hold
     * @throws IOException if the replica cannot be used
     */
    RunningMirror start(
            Definition definition, Optional<Claim> claim, MirrorThreads threads, MemoryBudget.Reservation memory)
            throws IOException {
        MirrorContext context = context(definition, threads);
        if (claim.isEmpty() || !mayBeSource()) {
            return asDestination(context);
        }
        try {
            Source source = Source.start(
                    context,
                    settings.source(),
                    cluster.producerProperties(),
                    logs -> grow(context, logs),
                    () -> ringStands(context),
                    () -> faultsOfRing(context),
                    memory.inflight(settings.source().inflightBytes()),
                    eraser(context),
                    claim.get(),
                    () -> definitions().find(definition.mirror()));
            return new RunningMirror.AsSource(definition, ring(context), source);
        } catch (NotOwnerException e) {
            if (claim.get() instanceof Claim.Ordered) {
                throw new RoleException(e.getMessage());
            }
            LOG.info("{}", e.getMessage());
            return asDestination(context);
        }
    }

    private DefinitionStore definitions() {
        return new DefinitionStore(settings.topics(), serdes, cluster.adminProperties(), settings.kafkaTimeout());
    }

    /**
     * Reserves the memory that a mirror may take, whatever its role.
     *
     * @throws MemoryException if it does not fit beside the mirrors that are here
     */
    MemoryBudget.Reservation reserve(String mirror) throws MemoryException {
        return MemoryBudget.ofProcess().reserve(MemoryNeed.of(settings), mirror);
    }

    /** Whether this server may be a source at all. */
    boolean mayBeSource() {
        return settings.roles().contains(Role.SOURCE);
    }

    /** Why no mirror's source can be here now, if that is so. */
    Optional<String> unfitForSource() {
        if (!mayBeSource()) {
            return Optional.of("server " + settings.server()
                    + " was started as a destination only; start it with: ringmirror server");
        }
        try {
            return Files.getFileStore(settings.dataDir()).getUsableSpace() >= LEAST_SPACE_BYTES
                    ? Optional.empty()
                    : Optional.of("the disk of data.dir=" + settings.dataDir() + " is full");
        } catch (IOException e) {
            return Optional.of("data.dir=" + settings.dataDir() + " cannot be used: " + Reason.of(e));
        }
    }

    /** Completes when this server's answer to an order is in the events; see {@link EventPublisher#answerTo}. */
    CompletableFuture<EventPublisher.Answer> answerTo(UUID commandId, Duration bound) {
        return events.answerTo(commandId, bound);
    }

    private RunningMirror asDestination(MirrorContext context) throws IOException {
        if (!settings.roles().contains(Role.DESTINATION)) {
            throw new RoleException(
                    "server " + settings.server() + " is a destination of mirror " + context.mirror()
                            + ", and was started as a source only; start it with: ringmirror destination, or: ringmirror server");
        }
        Destination destination = Destination.start(context, settings.destination(), eraser(context));
        return new RunningMirror.AsDestination(context.definition(), ring(context), destination);
    }

    private static RingTopic ring(MirrorContext context) {
        return new RingTopic(context.ring(), context.topicId());
    }

    private MirrorContext context(Definition definition, MirrorThreads threads) {
        String mirror = definition.mirror();
        TopicCheck check = new TopicCheck(settings.topics());
        List<Finding> warnings = admin.makeSafe(check, List.of(mirror));
        warnings.stream().map(Finding::line).filter(said::add).forEach(warning -> LOG.warn("{}", warning));
        String ring = settings.topics().ring(mirror);
        ClusterFacts facts = admin.facts(List.of(ring));
        return new MirrorContext(
                definition,
                settings.server(),
                settings.roles(),
                settings.dataDir().resolve(mirror),
                facts.clusterId(),
                facts.topics().get(ring).topicId().toString(),
                settings.topics(),
                serdes,
                cluster.consumerProperties(),
                events,
                threads.disk(),
                threads.network());
    }

    /** Settings with which brokers refuse what they took when the mirror started. */
    private String faultsOfRing(MirrorContext context) {
        TopicCheck check = new TopicCheck(settings.topics());
        return admin.findings(check, List.of(context.mirror())).stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .map(Finding::line)
                .collect(Collectors.joining("; "));
    }

    private LogEraser eraser(MirrorContext context) {
        return new RingEraser(admin, context.ring(), cluster.adminProperties(), context.network());
    }

    private CompletableFuture<Boolean> ringStands(MirrorContext context) {
        return CompletableFuture.supplyAsync(
                () -> ring(context).stands(admin.topicIds(List.of(context.ring()))), context.network());
    }

    private CompletableFuture<Integer> grow(MirrorContext context, int logs) {
        return CompletableFuture.supplyAsync(
                () -> {
                    admin.grow(context.ring(), logs);
                    LOG.info("mirror={} ring={} logs", context.mirror(), logs);
                    return logs;
                },
                context.network());
    }
}
