package io.ringmirror.schemas.topics;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;

/** Waits for Kafka's answers, each for no longer than the timeout, and names the brokers when none comes. Any thread. */
record KafkaCalls(String bootstrapServers, Duration timeout) {
    private static final int LOOK_AGAIN_MS = 20;

    /** One wait. */
    interface Call<T> {
        T get() throws ExecutionException, InterruptedException, java.util.concurrent.TimeoutException;
    }

    /** The future's value. */
    <T> T await(String what, Future<T> future) {
        return call(what, () -> future.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    }

    /**
     * The call's value.
     *
     * @param what to what no answer came, for the message
     * @throws ClusterUnreachableException if no answer comes in time
     * @throws KafkaException what Kafka answered, if it was an error
     */
    <T> T call(String what, Call<T> call) {
        try {
            return call.get();
        } catch (java.util.concurrent.TimeoutException | org.apache.kafka.common.errors.TimeoutException e) {
            throw new ClusterUnreachableException(bootstrapServers, what, timeout, e);
        } catch (KafkaException e) {
            throw isUnknownHost(e) ? new ClusterUnreachableException(bootstrapServers, what, timeout, e.getCause()) : e;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw failure(what, e.getCause());
        }
    }

    /** Waits until brokers show what the controller has done: their view of it follows a moment later. */
    void awaitShown(String what, BooleanSupplier shown) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!shown.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new ClusterUnreachableException(
                        bootstrapServers, what, timeout, new IllegalStateException("no broker shows it as done"));
            }
            call(what, () -> {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
                return true;
            });
        }
    }

    /** A client refuses to be made if no host of bootstrap.servers can be resolved; a name may come back later. */
    private static boolean isUnknownHost(KafkaException e) {
        return e.getCause() instanceof ConfigException cause
                && cause.getMessage().contains(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    }

    private RuntimeException failure(String what, Throwable cause) {
        if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
            return new ClusterUnreachableException(bootstrapServers, what, timeout, cause);
        } else if (cause instanceof AuthorizationException) {
            // An answer from Kafka names no topic; the call that it is an answer to does.
            return new AuthorizationException(
                    "Kafka at " + bootstrapServers + " does not allow this user to " + what + ": " + cause.getMessage(),
                    cause);
        }
        return cause instanceof RuntimeException known
                ? known
                : new KafkaException("Kafka at " + bootstrapServers + " failed to " + what, cause);
    }
}
