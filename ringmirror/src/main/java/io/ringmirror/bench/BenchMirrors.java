package io.ringmirror.bench;

import io.ringmirror.config.Keys;
import io.ringmirror.config.RingMirrorConfig;
import io.ringmirror.replica.Opened;
import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.CommandSender;
import io.ringmirror.schemas.topics.DefinitionStore;
import io.ringmirror.schemas.topics.EventTail;
import io.ringmirror.schemas.topics.StatusReader;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The mirrors of a {@link BenchSite} as its brokers know them: made, told what to do, asked how they are, and their rings
 * emptied. One thread.
 */
public final class BenchMirrors implements AutoCloseable {
    /** The only volume of a mirror that has one. */
    public static final String VOLUME = "disk";

    private static final Duration STATUS_BOUND = Duration.ofMinutes(5);
    private static final long LOOK_MS = 200;
    private static final int ALL = -1;

    private final RingMirrorConfig client;
    private final int brokerCount;
    private final Opened opened = new Opened();
    private final MirrorSerdes serdes;
    private final TopicAdmin admin;
    private final Map<String, Definition> mirrors = new HashMap<>();

    private BenchMirrors(RingMirrorConfig client, int brokerCount) {
        this.client = client;
        this.brokerCount = brokerCount;
        this.serdes = opened.add(MirrorSerdes.configured(client.serdeProperties()));
        this.admin = opened.add(TopicAdmin.open(client.adminProperties(), client.kafkaTimeout()));
    }

    /** None yet; the topics that all of them share are made. */
    static BenchMirrors on(String bootstrapServers, int brokerCount) {
        BenchMirrors none =
                new BenchMirrors(new RingMirrorConfig(Map.of(Keys.BOOTSTRAP_SERVERS, bootstrapServers)), brokerCount);
        try {
            none.admin.apply(none.admin.changes(none.plan().shared()));
            return none;
        } catch (RuntimeException e) {
            none.close();
            throw e;
        }
    }

    /** Makes a mirror; nothing if there is one. Without destinations its source alone decides what is released. */
    public void create(String mirror, List<Definition.Volume> volumes, String source, String... destinations) {
        if (mirrors.containsKey(mirror)) {
            return;
        }
        Definition definition = Definition.first(
                mirror, source, List.of(destinations), volumes, new Definition.Ring(3, 64, 32L << 30), 0);
        admin.apply(admin.changes(List.of(plan().ring(definition))));
        new DefinitionStore(client.topics(), serdes, client.controlProperties(), client.kafkaTimeout()).put(definition);
        mirrors.put(mirror, definition);
    }

    /** A mirror of one volume. */
    public void create(String mirror, long volumeBytes, String source, String... destinations) {
        create(mirror, List.of(new Definition.Volume(VOLUME, volumeBytes)), source, destinations);
    }

    /** Waits until a mirror's source serves it. */
    public void awaitServed(String mirror) throws IOException, InterruptedException {
        await(mirror, status -> status.source().isPresent() && status.openEpoch() > 0);
    }

    /** Tells one server, or all, of a mirror to flush. */
    public void order(String mirror, Optional<String> server, Action action) {
        Definition definition = mirrors.get(mirror);
        new CommandSender(client.topics(), serdes, client.controlProperties(), client.kafkaTimeout())
                .send(new Command(definition.mirrorId(), mirror, UUID.randomUUID(), server, action));
    }

    /** The tracker's last word on a mirror. */
    public Optional<MirrorStatus> status(String mirror) {
        return new StatusReader(client.topics(), serdes, client.controlProperties(), client.kafkaTimeout())
                .find(mirror);
    }

    /** Waits until the tracker says so. */
    public MirrorStatus await(String mirror, Predicate<MirrorStatus> reached) throws IOException, InterruptedException {
        long endNs = System.nanoTime() + STATUS_BOUND.toNanos();
        while (true) {
            Optional<MirrorStatus> status = status(mirror).filter(reached);
            if (status.isPresent()) {
                return status.get();
            }
            if (System.nanoTime() > endNs) {
                throw new IOException("mirror " + mirror + " did not get where the benchmark waits for it: "
                        + status(mirror).map(MirrorStatus::toString).orElse("no status"));
            }
            BenchServer.pause(LOOK_MS);
        }
    }

    /** Deletes what is released of a mirror without destinations, so that the disk does not fill up. */
    public void deleteReleased(String mirror) {
        Optional<MirrorStatus> status = status(mirror);
        for (MirrorStatus.Log log : status.map(MirrorStatus::logs).orElse(List.of())) {
            if (log.state() == MirrorStatus.LogState.RELEASED) {
                long end = log.trail().seal().map(EpochTrail.Seal::endOffset).orElse(0L);
                admin.deleteRecords(ring(mirror), log.trail().log(), end);
            }
        }
    }

    /** Deletes everything that a bare producer has appended. */
    public void deleteAll(String mirror) {
        admin.deleteRecords(ring(mirror), 0, ALL);
    }

    public MirrorSerdes serdes() {
        return serdes;
    }

    /** The topic of a mirror's ring. */
    public String ring(String mirror) {
        return client.topics().ring(mirror);
    }

    /** What servers state from now on; closed by whoever asked. */
    public EventTail events() {
        return EventTail.open(client.topics(), serdes, client.controlProperties(), client.kafkaTimeout());
    }

    private TopicPlan plan() {
        return new TopicPlan(client.topics(), client.topicSettings(brokerCount));
    }

    @Override
    public void close() {
        opened.close();
    }
}
