package io.ringmirror.schemas.topics;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The definitions of all mirrors, as their topic holds them. Of two changes made at once the first one stands. Any thread. Every call throws {@link ClusterUnreachableException} if no broker answers in time, {@link TopicException} if
 * the topic is missing.
 */
public final class DefinitionStore {
    private final TopicNames names;
    private final CompactedTopic<Definition> topic;

    /**
     * @param client Kafka's client properties, {@code bootstrap.servers} among them
     * @param timeout the longest that one call to Kafka waits
     */
    public DefinitionStore(TopicNames names, MirrorSerdes serdes, Map<String, ?> client, Duration timeout) {
        this.names = names;
        this.topic = new CompactedTopic<>(names.definitions(), serdes.definitions(), client, timeout);
    }

    /** All mirrors, by name, but those whose definition cannot be read. */
    public List<Definition> all() {
        return List.copyOf(topic.readAll().records().values());
    }

    /** Why definitions cannot be read: one line for each that is left out of {@link #all}. */
    public List<String> unreadable() {
        return List.copyOf(topic.readAll().unreadable().values());
    }

    /**
     * The mirror of this name.
     *
     * @throws SerializationException saying where it stands if its definition cannot be read: it is not taken for none
     */
    public Optional<Definition> find(String mirror) {
        CompactedTopic.Contents<Definition> contents = topic.readAll();
        String why = contents.unreadable().get(mirror);
        if (why != null) {
            throw new SerializationException("the definition of mirror '" + mirror + "': " + why);
        }
        return Optional.ofNullable(contents.records().get(mirror));
    }

    /**
     * Encodes a definition as it would be put, and puts it nowhere: a schema registry that is away, or does not take it, is
     * met before anything is made for it.
     */
    public void rehearse(Definition definition) {
        topic.encode(definition);
    }

    /**
     * Takes a mirror's definition in hand: whoever did so before can not change it any more. Closed by the caller.
     *
     * @throws org.apache.kafka.common.KafkaException naming what is missing, if this user may not
     */
    public DefinitionChange begin(String mirror) {
        return new DefinitionChange(mirror, topic.fence(mirror, names.definitionWriter(mirror)));
    }

    /** {@link DefinitionChange#put}, and nothing else. */
    public void put(Definition definition) {
        try (DefinitionChange change = begin(definition.mirror())) {
            change.put(definition);
        }
    }

    /** {@link DefinitionChange#delete}, and nothing else. */
    public void delete(Definition seen) {
        try (DefinitionChange change = begin(seen.mirror())) {
            change.delete(seen);
        }
    }
}
