package io.ringmirror.schemas.topics;

import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the tracker last said of each mirror, as its topic holds it. Any thread. Every call throws
 * {@link ClusterUnreachableException} if no broker answers in time, {@link TopicException} if the topic is missing. A status
 * that cannot be read is none.
 */
public final class StatusReader {
    private final CompactedTopic<MirrorStatus> topic;

    /**
     * @param client Kafka's client properties, {@code bootstrap.servers} among them
     * @param timeout the longest that one call to Kafka waits
     */
    public StatusReader(TopicNames names, MirrorSerdes serdes, Map<String, ?> client, Duration timeout) {
        this.topic = new CompactedTopic<>(names.status(), serdes.statuses(), client, timeout);
    }

    /** All mirrors that the tracker has spoken of, by name. */
    public List<MirrorStatus> all() {
        return List.copyOf(topic.readAll().records().values());
    }

    /** The mirror of this name; empty while the tracker has not spoken of it. */
    public Optional<MirrorStatus> find(String mirror) {
        return Optional.ofNullable(topic.readAll().records().get(mirror));
    }
}
