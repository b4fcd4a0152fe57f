package io.ringmirror.demo;

import io.ringmirror.config.Keys;
import io.ringmirror.config.RingMirrorConfig;
import io.ringmirror.config.Settings;
import io.ringmirror.embedded.EmbeddedBroker;
import io.ringmirror.replica.Opened;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.DefinitionStore;
import io.ringmirror.schemas.topics.StatusReader;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicPlan;
import io.ringmirror.schemas.topics.TopicSettings;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.streams.Tracker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What stands on the demo's stage: a broker, a mirror with one volume, a tracker, a source and a destination, each as it
 * would run on its own, here in one process. One thread opens and closes it.
 */
final class DemoStage implements AutoCloseable {
    static final String MIRROR = "demo";
    static final String VOLUME = "disk";
    static final String SOURCE = "east";
    static final String DESTINATION = "west";
    private static final int INITIAL_LOGS = 3;
    private static final int MAX_LOGS = 64;
    private static final long DESTINATION_CACHE_BYTES = 128L << 20;
    private static final long MAX_BYTES = 64L << 30;

    private final Path directory;
    private final RingMirrorConfig client;
    private final TopicAdmin admin;
    private final MirrorServer source;
    private final MirrorServer destination;
    private final StatusReader statuses;
    private final Opened opened;

    private DemoStage(
            Path directory,
            RingMirrorConfig client,
            TopicAdmin admin,
            MirrorServer source,
            MirrorServer destination,
            StatusReader statuses,
            Opened opened) {
        this.directory = directory;
        this.client = client;
        this.admin = admin;
        this.source = source;
        this.destination = destination;
        this.statuses = statuses;
        this.opened = opened;
    }

    /**
     * Sets the stage; what the directory holds already goes on.
     *
     * @throws IOException if the directory holds a demo with a volume of another size, or cannot be used
     */
    static DemoStage set(DemoSettings settings, long volumeBytes) throws IOException, InterruptedException {
        Opened opened = new Opened();
        try {
            EmbeddedBroker broker =
                    opened.add(EmbeddedBroker.start(settings.directory().resolve("broker"), 0));
            RingMirrorConfig client = config(broker, settings, SOURCE);
            MirrorSerdes serdes = opened.add(MirrorSerdes.configured(client.serdeProperties()));
            TopicAdmin admin = opened.add(TopicAdmin.open(client.adminProperties(), client.kafkaTimeout()));
            define(client, serdes, admin, volumeBytes);
            opened.add(Tracker.start(Settings.tracker(client), serdes));
            MirrorServer source = opened.add(MirrorServer.start(Settings.server(client, Set.of(Role.SOURCE))));
            MirrorServer destination = opened.add(MirrorServer.start(
                    Settings.server(config(broker, settings, DESTINATION), Set.of(Role.DESTINATION))));
            StatusReader statuses =
                    new StatusReader(client.topics(), serdes, client.adminProperties(), client.kafkaTimeout());
            return new DemoStage(settings.directory(), client, admin, source, destination, statuses, opened);
        } catch (IOException | InterruptedException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    MirrorServer source() {
        return source;
    }

    MirrorServer destination() {
        return destination;
    }

    String bootstrapServers() {
        return String.join(",", client.getList(Keys.BOOTSTRAP_SERVERS));
    }

    InetSocketAddress nbdAddress() {
        return source.nbdAddress().orElseThrow();
    }

    Path image(String server) {
        return directory.resolve(server).resolve(MIRROR).resolve("volumes").resolve(VOLUME + ".img");
    }

    /** The tracker's last answer. */
    Optional<MirrorStatus> status() {
        return statuses.find(MIRROR);
    }

    /** The logs that the ring has. */
    int ringLogs() {
        String ring = client.topics().ring(MIRROR);
        return admin.facts(List.of(ring)).topics().get(ring).partitions();
    }

    @Override
    public void close() {
        opened.close();
    }

    private static RingMirrorConfig config(EmbeddedBroker broker, DemoSettings settings, String server) {
        Map<String, String> keys = new HashMap<>();
        keys.put(Keys.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        keys.put(Keys.SERVER_NAME, server);
        keys.put(Keys.DATA_DIR, settings.directory().resolve(server).toString());
        keys.put(Keys.NBD_LISTEN, "127.0.0.1:" + settings.nbdPort());
        keys.put(Keys.HTTP_LISTEN, "127.0.0.1:0");
        keys.put(Keys.TRACKER_STATE_DIR, settings.directory().resolve("tracker").toString());
        keys.put(Keys.BEAT_MS, "250");
        keys.put(Keys.REPLICATION_FACTOR, "1");
        keys.put(Keys.DESTINATION_CACHE_BYTES, Long.toString(DESTINATION_CACHE_BYTES));
        keys.put(Keys.SOURCE_FLUSH_INTERVAL_MS, "10000");
        keys.put(Keys.DESTINATION_FLUSH_INTERVAL_MS, "20000");
        return new RingMirrorConfig(keys);
    }

    private static void define(RingMirrorConfig client, MirrorSerdes serdes, TopicAdmin admin, long volumeBytes)
            throws IOException {
        TopicPlan plan = new TopicPlan(client.topics(), TopicSettings.forBrokers(1));
        admin.apply(admin.changes(plan.shared()));
        DefinitionStore definitions =
                new DefinitionStore(client.topics(), serdes, client.adminProperties(), client.kafkaTimeout());
        Optional<Definition> before = definitions.find(MIRROR);
        if (before.isPresent()) {
            requireSize(before.get(), volumeBytes);
            return;
        }
        Definition definition = Definition.first(
                MIRROR,
                SOURCE,
                List.of(DESTINATION),
                List.of(new Definition.Volume(VOLUME, volumeBytes)),
                new Definition.Ring(INITIAL_LOGS, MAX_LOGS, MAX_BYTES),
                0);
        admin.apply(admin.changes(List.of(plan.ring(definition))));
        definitions.put(definition);
    }

    private static void requireSize(Definition before, long volumeBytes) throws IOException {
        long sizeBytes = before.volumes().get(0).sizeBytes();
        if (sizeBytes != volumeBytes) {
            throw new IOException("the data directory holds a demo with a volume of " + sizeBytes + " bytes, not of "
                    + volumeBytes + "; give another --data");
        }
    }
}
