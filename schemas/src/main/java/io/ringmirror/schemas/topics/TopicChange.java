package io.ringmirror.schemas.topics;

import java.util.Optional;

/** One step from the topics as they are to the topics as planned. Every step may be made again. */
public sealed interface TopicChange {
    /** The topic that changes. */
    String topic();

    /** One line for people. */
    String line();

    /** Whether the topic, if it exists, is as this change makes it. */
    boolean isDone(Optional<TopicFacts> topic);

    /** The topic is missing. */
    record Create(PlannedTopic planned) implements TopicChange {
        @Override
        public String topic() {
            return planned.name();
        }

        @Override
        public String line() {
            return "create " + topic() + " with " + planned.partitions() + " partitions, replication factor "
                    + planned.replicationFactor();
        }

        @Override
        public boolean isDone(Optional<TopicFacts> topic) {
            return topic.isPresent();
        }
    }

    /** The topic has too few partitions. */
    record Grow(String topic, int to) implements TopicChange {
        @Override
        public String line() {
            return "grow " + topic + " to " + to + " partitions";
        }

        @Override
        public boolean isDone(Optional<TopicFacts> facts) {
            return facts.filter(known -> known.partitions() >= to).isPresent();
        }
    }

    /** A setting has another value. */
    record Alter(String topic, String key, String from, String to) implements TopicChange {
        @Override
        public String line() {
            return "set " + key + " of " + topic + " to " + to + ", is " + from;
        }

        @Override
        public boolean isDone(Optional<TopicFacts> facts) {
            return facts.filter(known -> to.equals(known.configs().get(key))).isPresent();
        }
    }
}
