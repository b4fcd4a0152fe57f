package io.ringmirror.torture;

import io.ringmirror.torture.Tally.Event;
import io.ringmirror.torture.Violations.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Does to servers what the plan says, one fault after the other, and heals each: whoever was killed runs again, whoever
 * was stopped goes on, and every replica of a killed server was held against its ring. One thread.
 */
final class ServerFaults {
    private static final Duration WITNESS_BOUND = Duration.ofSeconds(30);
    private static final Duration TERM_BOUND = Duration.ofSeconds(30);
    private static final long TERM_LOOK_MS = 20;

    /** Longer than transaction.timeout.ms, so that the broker ends an old source's transaction meanwhile. */
    private static final long LONG_STOP_MS = 11_000;

    private final Stage stage;
    private final Servers servers;

    ServerFaults(Stage stage) {
        this.stage = stage;
        this.servers = stage.servers();
    }

    void run(Fault fault) throws IOException, InterruptedException {
        TortureMirror mirror = stage.mirrors().get(fault.choose(stage.mirrors().size()));
        String source = mirror.source();
        String other = destination(mirror, source, fault);
        stage.say()
                .accept(fault.kind() + " " + mirror.name() + ": source " + source + ", other " + other + ", for "
                        + fault.lengthMs() + " ms");
        switch (fault.kind()) {
            case KILL_SOURCE -> kill(List.of(source), fault);
            case KILL_DESTINATION -> kill(List.of(other), fault);
            case KILL_ALL -> kill(List.copyOf(servers.addresses().keySet()), fault);
            case PAUSE_SERVER -> pause(fault.lengthMs() % 2 == 0 ? source : other, fault);
            case HOLD_FLUSH -> hold(mirror, source, fault);
            case HANDOVER -> promote(mirror, other, "20s");
            case TAKE_OVER_DEAD -> takeOverDead(mirror, source, other, fault);
            case TAKE_OVER_STOPPED -> takeOverStopped(mirror, source, other, fault);
            case KILL_TRACKER, KILL_BROKER, PAUSE_BROKER ->
                throw new IllegalArgumentException(fault.kind() + " is no fault of a server");
        }
    }

    private static String destination(TortureMirror mirror, String source, Fault fault) {
        List<String> others = mirror.replicas().stream()
                .filter(server -> !server.equals(source))
                .toList();
        return others.get(fault.choose(others.size()));
    }

    private void kill(List<String> names, Fault fault) throws IOException, InterruptedException {
        for (String name : names) {
            servers.server(name).kill();
            stage.tally().add(Event.KILL);
        }
        for (String name : names) {
            stage.checkReplicas(name);
        }
        TimeUnit.MILLISECONDS.sleep(fault.lengthMs());
        for (String name : names) {
            servers.restart(servers.server(name));
        }
    }

    private void pause(String name, Fault fault) throws IOException, InterruptedException {
        servers.server(name).pause();
        stage.tally().add(Event.PAUSE);
        TimeUnit.MILLISECONDS.sleep(fault.lengthMs());
        servers.server(name).goOn();
    }

    private void hold(TortureMirror mirror, String source, Fault fault) throws IOException, InterruptedException {
        for (String server : mirror.replicas()) {
            if (!server.equals(source)) {
                stage.control().run("flush", mirror.name(), "--server", server, "--hold");
            }
        }
        TimeUnit.MILLISECONDS.sleep(2 * fault.lengthMs());
        stage.control().run("flush", mirror.name(), "--resume");
    }

    /** @param drain how long the old source is given to hand over; 0s does not ask it */
    private boolean promote(TortureMirror mirror, String server, String drain) throws IOException {
        boolean promoted = stage.control()
                .run(
                        "promote",
                        mirror.name(),
                        "--server",
                        server,
                        "--execute",
                        "--wait",
                        "--timeout",
                        "60s",
                        "--drain",
                        drain);
        if (promoted) {
            stage.tally().add(Event.PROMOTION);
        } else {
            stage.say().accept("the promotion of " + server + " for " + mirror.name() + " failed");
        }
        return promoted;
    }

    /** An operator may know that the old source is away, or may ask it all the same. */
    private boolean takeOver(TortureMirror mirror, String server, Fault fault) throws IOException {
        return promote(mirror, server, fault.lengthMs() % 3 == 0 ? "5s" : "0s");
    }

    private void takeOverDead(TortureMirror mirror, String source, String other, Fault fault)
            throws IOException, InterruptedException {
        servers.server(source).kill();
        stage.tally().add(Event.KILL);
        stage.checkReplicas(source);
        takeOver(mirror, other, fault);
        TimeUnit.MILLISECONDS.sleep(fault.lengthMs());
        servers.restart(servers.server(source));
    }

    private void takeOverStopped(TortureMirror mirror, String source, String other, Fault fault)
            throws IOException, InterruptedException {
        try (Witness witness =
                Witness.connect(mirror, source, servers.addresses().get(source))) {
            servers.server(source).pause();
            stage.tally().add(Event.PAUSE);
            try {
                witness.write();
                TimeUnit.MILLISECONDS.sleep(fault.lengthMs() % 2 == 0 ? LONG_STOP_MS : fault.lengthMs());
                if (takeOver(mirror, other, fault) && awaitTermOf(mirror, other)) {
                    stage.writers().get(mirror.name()).abandon(source);
                }
                witness.write();
            } finally {
                servers.server(source).goOn();
            }
            witness.write();
            if (!witness.isAnswered(WITNESS_BOUND)) {
                stage.violations()
                        .add(
                                Kind.STUCK,
                                "a client that stayed with " + source + ", an old source of mirror " + mirror.name()
                                        + ", was neither answered nor sent away in " + WITNESS_BOUND.toSeconds()
                                        + " s");
            }
        } catch (ConnectException e) {
            stage.say().accept("no witness: " + source + " does not serve " + mirror.name() + " now");
        }
    }

    private static boolean awaitTermOf(TortureMirror mirror, String server) throws InterruptedException {
        long deadline = System.nanoTime() + TERM_BOUND.toNanos();
        while (!mirror.source().equals(server)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(TERM_LOOK_MS);
        }
        return true;
    }
}
