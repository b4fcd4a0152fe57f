package io.ringmirror.producer;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When appends that fail are tried again, and what people are told of it. The first failure is mended at once, those
 * after it with longer and longer pauses, up to five seconds. A cause is told when it comes, with the ring's settings if
 * they explain it when it stays, and when appends go on; one that comes back within the minute is not told again. The
 * owner's thread only; the settings are asked for on an executor.
 */
final class Retries {
    /** In milliseconds. */
    private static final ExponentialBackoff PAUSES = new ExponentialBackoff(100, 2, 5_000, 0);

    private static final long QUIET_NS = TimeUnit.MINUTES.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

    private final String mirror;
    private final Executor executor;
    private final Supplier<String> faultsOfRing;
    private int failures;
    private long pauseEndNs;
    private String cause = "";
    private long causeNs;
    private boolean explained;

    /**
     * Nothing has failed yet.
     *
     * @param executor asks for the ring's settings, which blocks
     * @param faultsOfRing what is wrong with the ring's settings, for people; empty if nothing is
     */
    Retries(String mirror, Executor executor, Supplier<String> faultsOfRing) {
        this.mirror = mirror;
        this.executor = executor;
        this.faultsOfRing = faultsOfRing;
    }

    /** An append has failed, and so many records are to be sent again. */
    void failed(Exception why, int records, long nowNs) {
        pauseEndNs = nowNs + (failures == 0 ? 0 : TimeUnit.MILLISECONDS.toNanos(PAUSES.backoff(failures - 1L)));
        failures++;
        tell(describe(why), records, nowNs);
    }

    /** Whether the pause after the last failure is over. */
    boolean due(long nowNs) {
        return nowNs - pauseEndNs >= 0;
    }

    /** Why writers wait, while appends fail again and again. */
    Optional<String> standstill() {
        return failures > 1 ? Optional.of("appends are refused, which are tried again: " + cause) : Optional.empty();
    }

    /** The log has a record: what failed was mended. */
    void succeeded() {
        if (failures == 0) {
            return;
        }
        if (explained) {
            LOG.info("mirror={} appends go on", mirror);
        }
        failures = 0;
        explained = false;
    }

    private void tell(String why, int records, long nowNs) {
        boolean news = !why.equals(cause) || nowNs - causeNs >= QUIET_NS;
        causeNs = nowNs;
        if (news) {
            cause = why;
            explained = false;
            LOG.warn("mirror={} append failed, {} records are sent again: {}", mirror, records, why);
        }
        if (failures > 1 && !explained) {
            explained = true;
            executor.execute(() -> LOG.warn(
                    "mirror={} appends are refused, writers wait and they are tried again: {}{}",
                    mirror,
                    why,
                    faults()));
        }
    }

    private String faults() {
        try {
            String faults = faultsOfRing.get();
            return faults.isEmpty() ? "" : ". " + faults;
        } catch (RuntimeException e) {
            LOG.debug("mirror={} the settings of its ring cannot be had now", mirror, e);
            return "";
        }
    }

    private static String describe(Exception why) {
        return why instanceof TopicAuthorizationException denied
                ? "this server's principal is not allowed to write to " + denied.unauthorizedTopics()
                        + "; it needs the right WRITE on them"
                : String.valueOf(why.getMessage());
    }
}
