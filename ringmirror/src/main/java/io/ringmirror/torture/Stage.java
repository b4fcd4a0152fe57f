package io.ringmirror.torture;

import io.ringmirror.replica.store.Checkpoint;
import io.ringmirror.torture.Tally.Event;
import io.ringmirror.torture.Violations.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Everything that is under torture, as the faults and the check at the end see it: servers, mirrors with their writers,
 * and what is counted.
 *
 * @param servers the processes
 * @param mirrors the mirrors
 * @param writers their clients, by mirror
 * @param control the operator's commands
 * @param wires between servers and brokers; empty where those are the user's
 * @param tally what was done
 * @param violations what was found
 * @param say where to tell what happens
 */
record Stage(
        Servers servers,
        List<TortureMirror> mirrors,
        Map<String, Writer> writers,
        Control control,
        Optional<Wires> wires,
        Tally tally,
        Violations violations,
        Consumer<String> say) {
    private static final Duration PROGRESS_BOUND = Duration.ofSeconds(150);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    /** Holds all replicas of a server, which does not run, against their rings. */
    void checkReplicas(String server) throws IOException, InterruptedException {
        for (TortureMirror mirror : mirrors) {
            if (mirror.replicas().contains(server)) {
                new ReplicaCheck(mirror.name(), mirror.history(), violations)
                        .check(server, servers.replica(server, mirror.name()));
                tally.add(Event.REPLICA_CHECK);
            }
        }
    }

    /** Waits until every mirror goes on, and starts servers that ended by themselves; false if one does not. */
    boolean awaitProgress() throws IOException, InterruptedException {
        servers.restartEnded();
        long deadline = System.nanoTime() + PROGRESS_BOUND.toNanos();
        for (TortureMirror mirror : mirrors) {
            long before = mirror.progress().count();
            while (!mirror.progress().await(before, LOOK_AGAIN)) {
                servers.restartEnded();
                if (System.nanoTime() > deadline) {
                    violations.add(
                            Kind.STUCK,
                            "mirror " + mirror.name() + " acknowledged no write for "
                                    + mirror.progress().standing().toSeconds() + " s; its source is "
                                    + mirror.source());
                    return false;
                }
            }
        }
        return true;
    }

    /** The sequence up to which every replica of a mirror is flushed with nothing unfinished; empty if they differ. */
    OptionalLong level(TortureMirror mirror) throws IOException {
        long level = -1;
        for (String server : mirror.replicas()) {
            Checkpoint checkpoint = ReplicaCheck.checkpoint(servers.replica(server, mirror.name()))
                    .orElse(null);
            if (checkpoint == null || checkpoint.dirtyTo().isPresent()) {
                return OptionalLong.empty();
            }
            long sequence = checkpoint.position().sequence();
            if (level != -1 && level != sequence) {
                return OptionalLong.empty();
            }
            level = sequence;
        }
        return OptionalLong.of(level);
    }

    /** Lets the histories forget what no replica can need any more. */
    void forget() throws IOException {
        for (TortureMirror mirror : mirrors) {
            long oldest = Long.MAX_VALUE;
            for (String server : mirror.replicas()) {
                long flushed = ReplicaCheck.checkpoint(servers.replica(server, mirror.name()))
                        .map(checkpoint -> checkpoint.position().sequence())
                        .orElse(0L);
                oldest = Math.min(oldest, flushed);
            }
            mirror.history().forgetBelow(oldest);
        }
    }
}
