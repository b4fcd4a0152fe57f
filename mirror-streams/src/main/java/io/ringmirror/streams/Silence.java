package io.ringmirror.streams;

import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import io.ringmirror.schemas.MirrorStatus.Verdict;
import java.time.Duration;
import java.time.Instant;

/**
 * When somebody who should speak is silent: a server, which the tracker tells, and the tracker itself, which whoever shows a
 * status has to tell, as one that does not run cannot. Pure.
 */
public final class Silence {
    /** The tracker says of every mirror that it still holds, at least this often. */
    static final Duration REPEATED = Duration.ofSeconds(10);

    private static final int MISSED = 3;
    private static final long TRACKER_MS = MISSED * REPEATED.toMillis();
    /** Below this a pause of a process or of a broker would be taken for the end of a server. */
    private static final long LEAST_MS = 10_000;
    /** Of a server that does not say how often it speaks: three of the longest beats that can be configured. */
    private static final long UNSAID_MS = 180_000;

    private Silence() {}

    /** Whether a server that once spoke has missed three of the times when it should have spoken again. */
    static boolean isOf(ReplicaStatus replica, long nowMs) {
        return replica.heard() && nowMs - replica.heardMs() > bearableMs(replica.state());
    }

    /** Whether the tracker has missed three of the times when it should have said so again. */
    public static boolean isOfTracker(MirrorStatus status, long nowMs) {
        return nowMs - toldMs(status) > TRACKER_MS;
    }

    /**
     * The status as it may be shown: where the tracker itself is silent nobody knows how the mirror is, and ages have grown
     * since it spoke.
     *
     * @param nowMs milliseconds since the epoch
     */
    public static MirrorStatus shown(MirrorStatus status, long nowMs) {
        boolean silent = isOfTracker(status, nowMs);
        return status.judged(
                status.replicas().stream().map(replica -> aged(replica, nowMs)).toList(),
                silent ? worse(status.verdict()) : status.verdict(),
                silent ? reason(status) : status.reason(),
                status.toldMs());
    }

    /** For people: to the second. */
    static Instant time(long ms) {
        return Instant.ofEpochMilli(ms / 1000 * 1000);
    }

    private static long bearableMs(ReplicaState state) {
        return state.quietMs() == 0 ? UNSAID_MS : Math.max(LEAST_MS, MISSED * state.quietMs());
    }

    /** Trackers of earlier versions spoke whenever a server did. */
    private static long toldMs(MirrorStatus status) {
        return status.toldMs() > 0
                ? status.toldMs()
                : status.replicas().stream()
                        .mapToLong(ReplicaStatus::heardMs)
                        .max()
                        .orElse(0);
    }

    private static ReplicaStatus aged(ReplicaStatus replica, long nowMs) {
        return new ReplicaStatus(
                replica.server(),
                replica.replicaId(),
                replica.heardMs(),
                replica.state(),
                replica.furthestEpoch(),
                replica.furthestSequence(),
                replica.term(),
                replica.sinceMs(),
                replica.lagEpochs(),
                replica.lagRecords(),
                replica.lagRecords() == 0 || replica.sinceMs() == 0
                        ? replica.rpoMs()
                        : Math.max(replica.rpoMs(), nowMs - replica.sinceMs()),
                replica.stopped());
    }

    private static Verdict worse(Verdict verdict) {
        return verdict.compareTo(Verdict.SILENT) < 0 ? Verdict.SILENT : verdict;
    }

    private static String reason(MirrorStatus status) {
        long toldMs = toldMs(status);
        String spoke = toldMs == 0
                ? "the tracker has never said when it spoke"
                : "the tracker has not spoken since " + time(toldMs);
        return spoke + "; before, "
                + status.verdict().word()
                + (status.reason().isEmpty() ? "" : ": " + status.reason());
    }
}
