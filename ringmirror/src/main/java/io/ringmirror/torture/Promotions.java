package io.ringmirror.torture;

import io.ringmirror.processes.Wire.Silence;
import io.ringmirror.torture.Tally.Event;
import io.ringmirror.torture.Violations.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Gives the role of a mirror's source to another server, while the old one lives, is dead, or is stopped or cut off and
 * does not know. One thread, that of the servers' faults.
 */
final class Promotions {
    private static final Duration WITNESS_BOUND = Duration.ofSeconds(30);
    private static final Duration TERM_BOUND = Duration.ofSeconds(30);
    private static final long TERM_LOOK_MS = 20;

    /** Reads of an old source while its successor writes, in three seconds. */
    private static final int OLD_READS = 60;

    /** Longer than transaction.timeout.ms, so that the broker ends an old source's transaction meanwhile. */
    private static final long LONG_STOP_MS = 11_000;

    private final Stage stage;
    private final Servers servers;

    Promotions(Stage stage) {
        this.stage = stage;
        this.servers = stage.servers();
    }

    /** Planned: the old source finishes first. */
    void handOver(TortureMirror mirror, String server) throws IOException {
        promote(mirror, server, "20s");
    }

    /** A source that is killed, and finds another in its place when it comes back. */
    void takeOverDead(TortureMirror mirror, String source, String other, Fault fault)
            throws IOException, InterruptedException {
        servers.server(source).kill();
        stage.tally().add(Event.KILL);
        stage.checkReplicas(source);
        takeOver(mirror, other, fault);
        TimeUnit.MILLISECONDS.sleep(fault.lengthMs());
        servers.restart(servers.server(source));
    }

    /** An old source that lives on as a zombie for a moment, with a client that stays with it. */
    void takeOverStopped(TortureMirror mirror, String source, String other, Fault fault)
            throws IOException, InterruptedException {
        underAWitness(mirror, source, witness -> replaceStopped(mirror, source, other, fault, witness));
    }

    /**
     * An old source that lives, and neither hears from brokers nor is heard, while another takes its place and writes; a
     * client that stays with it reads and writes all the while.
     */
    void takeOverCutOff(TortureMirror mirror, String source, String other, Fault fault)
            throws IOException, InterruptedException {
        underAWitness(mirror, source, witness -> replaceCutOff(mirror, source, other, fault, witness));
    }

    /** What happens while a witness looks on. */
    private interface Replacing {
        void run(Witness witness) throws IOException, InterruptedException;
    }

    private void underAWitness(TortureMirror mirror, String source, Replacing replacing)
            throws IOException, InterruptedException {
        Optional<Witness> connected = witness(mirror, source);
        if (connected.isEmpty()) {
            stage.say().accept("no witness: " + source + " does not serve " + mirror.name() + " now");
            return;
        }
        try (Witness witness = connected.get()) {
            replacing.run(witness);
            witness.write();
            witness.flush();
            requireAnswered(mirror, source, witness);
        }
    }

    /** By which direction a server is cut off. */
    static Silence silence(Fault fault) {
        return switch (fault.choose(3)) {
            case 0 -> Silence.TO_BROKERS;
            case 1 -> Silence.FROM_BROKERS;
            default -> Silence.BOTH;
        };
    }

    /** Every other time for longer than a transaction lives. */
    static long lengthMs(Fault fault) {
        return fault.lengthMs() % 2 == 0 ? LONG_STOP_MS : fault.lengthMs();
    }

    private void replaceCutOff(TortureMirror mirror, String source, String other, Fault fault, Witness witness)
            throws IOException, InterruptedException {
        Wires wires = stage.wires().orElseThrow();
        wires.silence(source, silence(fault));
        stage.tally().add(Event.PARTITION);
        try {
            witness.write();
            witness.read();
            TimeUnit.MILLISECONDS.sleep(lengthMs(fault));
            if (takeOver(mirror, other, fault) && awaitTermOf(mirror, other)) {
                stage.writers().get(mirror.name()).abandon(source);
                witness.readOn(OLD_READS);
            }
            witness.write();
        } finally {
            wires.silence(source, Silence.NONE);
        }
    }

    private void requireAnswered(TortureMirror mirror, String source, Witness witness) throws InterruptedException {
        if (!witness.isAnswered(WITNESS_BOUND)) {
            stage.violations()
                    .add(
                            Kind.STUCK,
                            "a client that stayed with " + source + ", an old source of mirror " + mirror.name()
                                    + ", was neither answered nor sent away in " + WITNESS_BOUND.toSeconds() + " s");
        }
    }

    private void replaceStopped(TortureMirror mirror, String source, String other, Fault fault, Witness witness)
            throws IOException, InterruptedException {
        servers.server(source).pause();
        stage.tally().add(Event.PAUSE);
        try {
            witness.write();
            TimeUnit.MILLISECONDS.sleep(lengthMs(fault));
            if (takeOver(mirror, other, fault) && awaitTermOf(mirror, other)) {
                stage.writers().get(mirror.name()).abandon(source);
            }
            witness.write();
        } finally {
            servers.server(source).goOn();
        }
    }

    private Optional<Witness> witness(TortureMirror mirror, String source) {
        try {
            return Optional.of(
                    Witness.connect(mirror, source, servers.addresses().get(source), stage.violations()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** An operator may know that the old source is away, or may ask it all the same. */
    private boolean takeOver(TortureMirror mirror, String server, Fault fault) throws IOException {
        return promote(mirror, server, fault.lengthMs() % 3 == 0 ? "5s" : "0s");
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
