package io.ringmirror.cli;

import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Statuses as tables for people: the mirrors, then their replicas, both worst first. Stateless. */
final class StatusTable {
    private static final Comparator<MirrorStatus> WORST_FIRST =
            Comparator.comparing(MirrorStatus::verdict).reversed().thenComparing(MirrorStatus::mirror);

    private StatusTable() {}

    /** @param nowMs milliseconds since the epoch, against which ages are told */
    static void print(Collection<MirrorStatus> statuses, long nowMs, PrintWriter out) {
        List<MirrorStatus> sorted = statuses.stream().sorted(WORST_FIRST).toList();
        Table mirrors =
                new Table("MIRROR", "VERDICT", "TERM", "OPEN", "SEALED", "RELEASED", "LOGS", "REQUIRED", "REASON");
        Table replicas = new Table(
                "MIRROR", "SERVER", "ROLE", "FLUSHED", "LAG EPOCHS", "LAG RECORDS", "RPO", "DIRTY", "HEARD", "STOPPED");
        for (MirrorStatus status : sorted) {
            mirrors.row(
                    status.mirror(),
                    status.verdict().word(),
                    orUnknown(status.term()),
                    orUnknown(status.openEpoch()),
                    orUnknown(status.sealedEpoch()),
                    orUnknown(status.releasedEpoch()),
                    status.logs().size(),
                    orUnknown(status.requiredLogs()),
                    status.reason().isBlank() ? null : status.reason());
            status.replicas().forEach(replica -> row(replicas, status, replica, nowMs));
        }
        mirrors.print(out);
        out.println();
        replicas.print(out);
    }

    private static void row(Table table, MirrorStatus status, ReplicaStatus replica, long nowMs) {
        if (!replica.heard()) {
            table.row(status.mirror(), replica.server(), null, null, null, null, null, null, "never", null);
            return;
        }
        table.row(
                status.mirror(),
                replica.server(),
                role(status, replica),
                replica.state().flushedEpoch(),
                replica.lagEpochs(),
                replica.lagRecords(),
                Quantities.duration(replica.rpoMs()),
                Quantities.bytes(replica.state().dirtyBytes()),
                Quantities.duration(Math.max(0, nowMs - replica.heardMs()) / 1000 * 1000) + " ago",
                replica.stopped().isEmpty() ? null : replica.stopped());
    }

    /** One that was the source when it was last heard, in a term that is over, is none: somebody else has the role. */
    private static String role(MirrorStatus status, ReplicaStatus replica) {
        Role role = replica.state().role();
        return role == Role.SOURCE && replica.term() < status.term() ? "old source" : word(role);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Terms and epochs begin at 1; 0 says that there was none. */
    private static Object orUnknown(long value) {
        return value == 0 ? null : value;
    }
}
