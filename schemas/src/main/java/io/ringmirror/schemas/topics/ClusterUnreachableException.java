package io.ringmirror.schemas.topics;

import java.time.Duration;

/** No broker answered in time. Nothing is known to have changed; the same call may be made again. */
public final class ClusterUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClusterUnreachableException(String bootstrapServers, String what, Duration timeout, Throwable cause) {
        super(
                "cannot reach Kafka at " + bootstrapServers + " to " + what + " (waited up to " + timeout.toMillis()
                        + " ms): " + reason(cause) + "; check bootstrap.servers and that brokers run",
                cause);
    }

    /** Whoever waited himself has no words of a client. */
    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? "no answer came" : cause.getMessage();
    }
}
