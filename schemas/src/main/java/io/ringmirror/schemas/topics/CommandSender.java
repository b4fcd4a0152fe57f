package io.ringmirror.schemas.topics;

import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import java.time.Duration;
import java.util.Map;

/** Gives orders to the servers of a mirror. Each call opens a client, waits a bounded time and closes it; any thread. */
public final class CommandSender {
    private final CompactedTopic<Command> topic;

    /**
     * Opens nothing yet.
     *
     * @param client Kafka's client properties, {@code bootstrap.servers} among them
     * @param timeout the longest that one call waits
     */
    public CommandSender(TopicNames names, MirrorSerdes serdes, Map<String, ?> client, Duration timeout) {
        this.topic = new CompactedTopic<>(names.commands(), serdes.commands(), client, timeout);
    }

    /** Puts the order into the commands topic; servers that run see it, and nobody waits for what they do. */
    public void send(Command command) {
        topic.put(command.mirror(), command);
    }
}
