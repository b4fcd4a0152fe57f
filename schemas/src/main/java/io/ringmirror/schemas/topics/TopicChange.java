package io.ringmirror.schemas.topics;

/** One step from the topics as they are to the topics as planned. Every step may be made again. */
public sealed interface TopicChange {
    /** The topic that changes. */
    String topic();

    /** One line for people. */
    String line();

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
    }

    /** The topic has too few partitions. */
    record Grow(String topic, int from, int to) implements TopicChange {
        @Override
        public String line() {
            return "grow " + topic + " from " + from + " to " + to + " partitions";
        }
    }

    /** A setting has another value. */
    record Alter(String topic, String key, String from, String to) implements TopicChange {
        @Override
        public String line() {
            return "set " + key + " of " + topic + " to " + to + ", is " + from;
        }
    }
}
