package io.ringmirror.server;

import io.ringmirror.replica.LogEraser;
import io.ringmirror.schemas.topics.TopicAdmin;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/** Deletes released records of one ring, and says what right is missing where it may not. Any thread. */
final class RingEraser implements LogEraser {
    private static final Pattern USER_NAME = Pattern.compile("username\\s*=\\s*[\"']([^\"']*)[\"']");

    private final TopicAdmin admin;
    private final String ring;
    private final String principal;
    private final Executor network;

    /**
     * @param client the properties of the admin client
     * @param network runs its blocking calls
     */
    RingEraser(TopicAdmin admin, String ring, Map<String, Object> client, Executor network) {
        this.admin = admin;
        this.ring = ring;
        this.principal = principal(client);
        this.network = network;
    }

    @Override
    public CompletableFuture<Void> deleteBefore(int log, long offset) {
        return CompletableFuture.runAsync(() -> delete(log, offset), network);
    }

    private void delete(int log, long offset) {
        try {
            admin.deleteRecords(ring, log, offset);
        } catch (KafkaException e) {
            if (!isForWantOfARight(e)) {
                throw e;
            }
            throw new KafkaException(
                    principal + " may not delete records of topic " + ring + ": Kafka wants the operation Delete on it."
                            + " Allow it with: kafka-acls.sh --add --allow-principal PRINCIPAL --operation Delete --topic "
                            + ring,
                    e);
        }
    }

    private static boolean isForWantOfARight(Throwable failure) {
        return failure != null
                && (failure instanceof TopicAuthorizationException || isForWantOfARight(failure.getCause()));
    }

    /** Whom brokers see, as far as a client knows: what they make of a certificate or a ticket is theirs. */
    static String principal(Map<String, Object> client) {
        String protocol = String.valueOf(client.getOrDefault("security.protocol", "PLAINTEXT"));
        Matcher user = USER_NAME.matcher(String.valueOf(client.getOrDefault("sasl.jaas.config", "")));
        if (protocol.startsWith("SASL")) {
            return user.find() ? "User:" + user.group(1) : "the principal of this server's " + protocol + " clients";
        }
        return protocol.equals("PLAINTEXT")
                ? "User:ANONYMOUS"
                : "the principal of this server's certificate, or User:ANONYMOUS without one,";
    }
}
