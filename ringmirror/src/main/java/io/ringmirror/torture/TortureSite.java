package io.ringmirror.torture;

import io.ringmirror.config.Keys;
import io.ringmirror.config.RingMirrorConfig;
import io.ringmirror.processes.Brokers;
import io.ringmirror.processes.Children;
import io.ringmirror.replica.Opened;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.TopicPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Builds what is put under torture: brokers unless the user has some, mirrors, servers, a follower of each ring and a
 * writer for each mirror. All of it ends when this is closed, in an order in which nothing is missed. One thread.
 */
final class TortureSite implements AutoCloseable {
    private static final int PREFIX_RANGE = 1 << 30;
    static final int BROKERS = 3;

    /** A broker that hangs is given up after six seconds, so that no stall is longer by much. */
    private static final String HASTY_BROKERS = """
            broker.session.timeout.ms=6000
            broker.heartbeat.interval.ms=1000
            replica.lag.time.max.ms=6000
            replica.socket.timeout.ms=6000
            """;

    private final TortureSettings settings;
    private final Path directory;
    private final Topology topology;
    private final Consumer<String> say;
    private final Opened opened = new Opened();
    private final Tally tally = new Tally();
    private final Violations violations;
    private final List<RingFollower> followers = new ArrayList<>();
    private Optional<Brokers> brokers = Optional.empty();
    private Optional<Wires> wires = Optional.empty();
    private KafkaView kafka;
    private Stage stage;

    private TortureSite(TortureSettings settings, Path directory, Consumer<String> say) {
        this.settings = settings;
        this.directory = directory;
        this.topology = Topology.parse(settings.topology());
        this.say = say;
        this.violations = new Violations(say);
    }

    /** Builds and starts everything; clients write when this returns. */
    static TortureSite build(TortureSettings settings, Path directory, Operator operator, Consumer<String> say)
            throws IOException, InterruptedException {
        TortureSite site = new TortureSite(settings, directory, say);
        try {
            site.build(operator);
            return site;
        } catch (IOException | InterruptedException | RuntimeException e) {
            site.close();
            throw e;
        }
    }

    Stage stage() {
        return stage;
    }

    Optional<Brokers> brokers() {
        return brokers;
    }

    KafkaView kafka() {
        return kafka;
    }

    /** Fails if a ring is followed no more: nothing can be said then. */
    void requireFollowed() throws IOException {
        for (RingFollower follower : followers) {
            if (follower.failure().isPresent()) {
                throw new IOException(follower.failure().get());
            }
        }
    }

    @Override
    public void close() {
        opened.close();
    }

    private void build(Operator operator) throws IOException, InterruptedException {
        Map<String, String> client = new LinkedHashMap<>(settings.cluster().orElse(Map.of()));
        client.put(Keys.TOPIC_PREFIX, prefix());
        client.put(Keys.ACK, settings.ack());
        client.put(Keys.SEGMENT_BYTES, Integer.toString(TopicPlan.LARGEST_RECORD_BYTES));
        Children children = new Children(directory);
        if (settings.cluster().isPresent()) {
            openKafka(client);
            KafkaView own = kafka;
            opened.add(() -> own.deleteAll(client.get(Keys.TOPIC_PREFIX)).forEach(left -> say.accept("left: " + left)));
            opened.add(children);
        } else {
            opened.add(children);
            say.accept("starting three brokers in " + directory);
            wires = Optional.of(opened.add(Wires.plan(topology.servers(), BROKERS)));
            wires.get().open();
            brokers = Optional.of(Brokers.start(
                    BROKERS,
                    directory,
                    children,
                    Servers.jvm("-Xmx256m"),
                    HASTY_BROKERS,
                    wires.get().listeners()));
            client.put(Keys.BOOTSTRAP_SERVERS, brokers.get().bootstrapServers());
            openKafka(client);
        }
        Path file = Servers.properties(directory, "client", client, "");
        Control control = new Control(operator, file, directory.resolve("logs").resolve("operator.log"));
        createMirrors(control);
        say.accept("starting a tracker and servers " + topology.servers());
        Servers servers = Servers.describe(topology.servers(), directory, client, wires, children, tally);
        servers.start();
        stage = stage(servers, control);
        follow(new RingMirrorConfig(client));
        stage.writers().values().forEach(Writer::start);
    }

    private static String prefix() {
        return String.format(
                Locale.ROOT, "torture-%08x", ThreadLocalRandom.current().nextInt(PREFIX_RANGE));
    }

    private void openKafka(Map<String, String> client) {
        kafka = opened.add(new KafkaView(new RingMirrorConfig(client).adminProperties()));
    }

    /** Rings of few logs and bytes; what is released stays for as long as a follower may be behind. */
    private void createMirrors(Control control) throws IOException {
        for (Topology.Route route : topology.routes()) {
            List<String> words = new ArrayList<>(List.of("create", route.mirror()));
            int sizeBytes = TortureMirror.VOLUME_BLOCKS * BlockContent.BLOCK_BYTES;
            TortureMirror.VOLUMES.forEach(volume -> words.addAll(List.of("--volume", volume + "=" + sizeBytes)));
            words.addAll(List.of("--source", route.source()));
            route.destinations().forEach(destination -> words.addAll(List.of("--destination", destination)));
            words.addAll(List.of("--ring-initial-logs", "2", "--ring-max-logs", "4", "--ring-max-bytes", "24M"));
            words.addAll(List.of("--retention", "60s"));
            control.require(words.toArray(String[]::new));
        }
    }

    private Stage stage(Servers servers, Control control) {
        List<TortureMirror> mirrors = new ArrayList<>();
        Map<String, Writer> writers = new HashMap<>();
        for (Topology.Route route : topology.routes()) {
            TortureMirror mirror =
                    new TortureMirror(mirrors.size() + 1, route, settings.ack().equals("write"), violations);
            mirrors.add(mirror);
            Writer writer = new Writer(mirror, servers.addresses(), settings.seed() + mirror.number());
            writers.put(mirror.name(), writer);
        }
        return new Stage(servers, List.copyOf(mirrors), Map.copyOf(writers), control, wires, tally, violations, say);
    }

    private void follow(RingMirrorConfig config) {
        MirrorSerdes serdes = opened.add(MirrorSerdes.configured(config.serdeProperties()));
        TopicNames names = config.topics();
        for (TortureMirror mirror : stage.mirrors()) {
            followers.add(opened.add(RingFollower.start(
                    names.ring(mirror.name()),
                    config.consumerProperties(),
                    serdes.logRecords().deserializer(),
                    mirror.order())));
            opened.add(stage.writers().get(mirror.name()));
        }
    }
}
