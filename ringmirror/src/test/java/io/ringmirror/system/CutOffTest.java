package io.ringmirror.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.cli.Main;
import io.ringmirror.processes.Brokers;
import io.ringmirror.processes.Children;
import io.ringmirror.processes.Wire;
import io.ringmirror.processes.Wire.Silence;
import io.ringmirror.schemas.Command.Action;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.ClusterSettings;
import io.ringmirror.server.MirrorServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server that its clients reach and the brokers do not: what stands between it and them is silent, one way or both. Its
 * successor may take the role meanwhile, and mirrors that it has on another cluster go on (failure 15).
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class CutOffTest {
    /** Ten of them are the lease: longer than a takeover takes, so that a successor who does not wait is seen. */
    private static final Duration BEAT = Duration.ofMillis(600);

    private static final Definition.Volume DISK = new Definition.Volume("disk", 8 << 20);

    private final ExecutorService clients = Executors.newCachedThreadPool();
    private Path directory;
    private Children children;
    private Stage stage;
    private Wire wire;
    private Map<String, Object> wired;

    @BeforeAll
    void setStage(@TempDir Path temporary) throws Exception {
        directory = temporary;
        children = new Children(directory);
        List<Integer> ports = Brokers.freePorts(2);
        Brokers brokers = Brokers.start(
                1,
                directory,
                children,
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                "",
                List.of(new Brokers.Listener("WIRE", ports.subList(0, 1), ports.subList(1, 2))));
        wire = Wire.open(
                "test",
                ports.subList(1, 2),
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(0))));
        wired = Map.of("bootstrap.servers", "127.0.0.1:" + ports.get(1));
        stage = Stage.over(directory.resolve("stage"), brokers.bootstrapServers(), 1);
    }

    @AfterEach
    void heal() {
        wire.silence(Silence.NONE);
    }

    @AfterAll
    void clearStage() {
        clients.shutdownNow();
        stage.close();
        wire.close();
        children.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aSourceThatIsCutOffAnswersNoReadOnceItsSuccessorHasAnsweredAWriteAndFollowsWhenItIsBackI3F15(Silence silence)
            throws Exception {
        String name = silence.name().toLowerCase(Locale.ROOT).replace('_', '-');
        Definition mirror = stage.define(name, "old-" + name, List.of("new-" + name), DISK);
        MirrorServer old = stage.server("old-" + name, List.of(only(Set.of(), wired)), BEAT, both());
        MirrorServer successor = stage.server("new-" + name, List.of(only(Set.of(), stage.client())), BEAT, both());
        Disk writer = Disk.of(old, name);
        writer.write(0, 1);
        stage.level(mirror);
        Reader reader = new Reader(Disk.of(old, name));
        Future<?> reading = clients.submit(reader);

        wire.silence(silence);
        Future<?> unanswered = clients.submit(() -> {
            writer.write(1, 1);
            return null;
        });
        promote(name, "new-" + name, "0s");
        long answeredNs;
        try (Disk disk = Disk.of(successor, name)) {
            disk.read(0, 1);
            disk.write(0, 2);
            answeredNs = System.nanoTime();
            disk.read(0, 2);
        }
        assertThat(reader.lastNs).as("the last read of the old source").isLessThan(answeredNs);
        assertThat(reading).as("its next one").isNotDone();
        assertThat(unanswered).as("its last write").isNotDone();

        wire.silence(Silence.NONE);
        Stage.awaitRole(old, name, Role.DESTINATION);
        assertThatThrownBy(reading::get).isNotNull();
        if (isAnsweredWell(unanswered)) {
            try (Disk disk = Disk.of(successor, name)) {
                disk.read(1, 1); // it came into the log before the fence
            }
        }
        assertThat(reader.lastNs).as("nothing that waited was answered").isLessThan(answeredNs);
        assertThat(successor.mirrors()).containsEntry(name, Role.SOURCE);
        stage.level(mirror);
        stage.assertIdentical(mirror);
        old.close();
        successor.close();
    }

    /** The one in the middle has taken no write yet: it still waits for the first one's lease when it is to hand over. */
    @Test
    void aSuccessorHandsOverNoSoonerThanTheSourceThatIsCutOffAnswersNothingI3F15() throws Exception {
        Duration beat = Duration.ofSeconds(2);
        Definition mirror = stage.define("three", "first", List.of("second", "third"), DISK);
        MirrorServer first = stage.server("first", List.of(only(Set.of(), wired)), beat, both());
        MirrorServer second = stage.server("second", List.of(only(Set.of(), stage.client())), beat, both());
        MirrorServer third = stage.server("third", List.of(only(Set.of(), stage.client())), beat, both());
        try (Disk disk = Disk.of(first, "three")) {
            disk.write(0, 1);
        }
        stage.level(mirror);
        Reader reader = new Reader(Disk.of(first, "three"));
        Future<?> reading = clients.submit(reader);

        wire.silence(Silence.BOTH);
        promote("three", "second", "0s");
        assertThat(promote("three", "third", "60s")).contains("server second has handed over");
        long answeredNs;
        try (Disk disk = Disk.of(third, "three")) {
            disk.write(0, 2);
            answeredNs = System.nanoTime();
            disk.read(0, 2);
        }
        assertThat(reader.lastNs).as("the last read of the first source").isLessThan(answeredNs);
        assertThat(reading).as("its next one").isNotDone();

        wire.silence(Silence.NONE);
        assertThatThrownBy(reading::get).isNotNull();
        assertThat(reader.lastNs).isLessThan(answeredNs);
        for (MirrorServer server : List.of(first, second, third)) {
            server.close();
        }
    }

    @Test
    void mirrorsOfAClusterThatHangsHoldUpNoMirrorOfAnother() throws Exception {
        try (Stage beside = Stage.set(directory.resolve("beside"))) {
            Definition hangs = stage.define("hangs", "rome", List.of("milan"), DISK);
            Definition goes = beside.define("goes", "rome", List.of("milan"), DISK);
            MirrorServer rome = beside.server("rome", clusters(wired, beside), BEAT, both());
            MirrorServer milan = beside.server("milan", clusters(stage.client(), beside), BEAT, both());
            Disk hanging = Disk.of(rome, "hangs");
            Disk going = Disk.of(rome, "goes");
            hanging.write(0);
            going.write(0);
            beside.level(goes);

            wire.silence(Silence.BOTH);
            Future<?> waits = clients.submit(() -> {
                hanging.write(1);
                return null;
            });
            awaitReadsThatWait(rome);
            stage.order(hangs, "milan", Action.PROMOTE);
            within("writes", () -> going.write(1));
            within("reads", () -> going.readAll(2));
            within("flushes of both servers", () -> beside.level(goes));
            within("new clients", () -> Disk.of(rome, "goes").close());
            beside.define("comes", "rome", List.of("milan"), DISK);
            within("new mirrors", () -> {
                try (Disk disk = Disk.of(rome, "comes")) {
                    disk.write(0);
                }
            });
            beside.order(goes, "milan", Action.PROMOTE);
            within("changes of the role", () -> Stage.awaitRole(milan, "goes", Role.SOURCE));
            Stage.awaitRole(rome, "goes", Role.DESTINATION);
            within("writes there", () -> {
                try (Disk disk = Disk.of(milan, "goes")) {
                    disk.write(2);
                    disk.readAll(3);
                }
            });
            assertThat(waits).isNotDone();

            wire.silence(Silence.NONE);
            Stage.awaitRole(rome, "hangs", Role.DESTINATION);
            rome.close();
            milan.close();
        }
    }

    @Test
    void aClusterThatHangsAtTheStartHoldsUpNoMirrorOfAnother() throws Exception {
        try (Stage beside = Stage.set(directory.resolve("starting"))) {
            stage.define("hangs-first", "bern", List.of("basle"), DISK);
            beside.define("starts", "bern", List.of("basle"), DISK);
            List<ClusterSettings> clusters = List.of(
                    new ClusterSettings(List.of("hangs-first"), Set.of(), wired, wired, wired),
                    only(Set.of("hangs-first"), beside.client()));
            wire.silence(Silence.BOTH);

            Future<MirrorServer> starting = clients.submit(() -> beside.server("bern", clusters, BEAT, both()));
            beside.await("starts", "it runs", status -> status.term() == 1);
            assertThat(starting).as("the whole server").isNotDone();
            wire.silence(Silence.NONE);
            MirrorServer bern = starting.get();
            for (String mirror : List.of("starts", "hangs-first")) {
                try (Disk disk = Disk.of(bern, mirror)) {
                    disk.write(0);
                    disk.readAll(1);
                }
            }
            bern.close();
        }
    }

    /** Much longer than it takes, and shorter than any call of a Kafka client is given. */
    private void within(String what, Step step) {
        Future<?> done = clients.submit(() -> {
            step.run();
            return null;
        });
        Awaitility.await(what + " beside a cluster that hangs")
                .atMost(20, TimeUnit.SECONDS)
                .until(done::isDone);
        assertThat(done).as(what).succeedsWithin(Duration.ZERO);
    }

    private void awaitReadsThatWait(MirrorServer source) throws Exception {
        Reader reader = new Reader(Disk.of(source, "hangs"));
        Future<?> unused = clients.submit(reader);
        Awaitility.await("reads wait")
                .atMost(Stage.PATIENCE)
                .until(() -> System.nanoTime() - reader.lastNs > BEAT.toNanos());
    }

    private static List<ClusterSettings> clusters(Map<String, Object> hangs, Stage beside) {
        return List.of(
                new ClusterSettings(List.of("hangs"), Set.of(), hangs, hangs, hangs),
                only(Set.of("hangs"), beside.client()));
    }

    private static ClusterSettings only(Set<String> elsewhere, Map<String, Object> client) {
        return new ClusterSettings(List.of(), elsewhere, client, client, client);
    }

    private static Role[] both() {
        return Role.values();
    }

    private static boolean isAnsweredWell(Future<?> request) throws InterruptedException {
        try {
            request.get();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }

    /** @param drain 0s asks the old source for nothing, as one that is known to be dead */
    private String promote(String mirror, String server, String drain) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        String[] words = {
            "promote",
            mirror,
            "--server",
            server,
            "--execute",
            "--wait",
            "--drain",
            drain,
            "-b",
            stage.bootstrapServers()
        };
        assertThat(Main.run(out, out, words)).as(said.toString()).isZero();
        assertThat(said.toString()).contains("server " + server + " is the source of mirror " + mirror);
        return said.toString();
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Reads the first piece, which holds ones, over and over, until it gets something else, or nothing. */
    private static final class Reader implements Runnable {
        private final Disk disk;
        private volatile long lastNs = System.nanoTime();

        Reader(Disk disk) {
            this.disk = disk;
        }

        @Override
        public void run() {
            while (true) {
                try {
                    disk.read(0, 1);
                    lastNs = System.nanoTime();
                } catch (Exception e) {
                    throw new IllegalStateException("it answers no more", e);
                }
            }
        }
    }
}
