package io.ringmirror.schemas;

/** The names of all topics and groups under one prefix (design: topics). Kafka allows letters, digits, '.', '_', '-'. */
public record TopicNames(String prefix) {
    /** The prefix where none is configured. */
    public static final String DEFAULT_PREFIX = "ringmirror";

    public TopicNames {
        Checks.notBlank("topic.prefix", prefix);
        if (!prefix.matches("[A-Za-z0-9._-]{1,60}")) {
            throw new IllegalArgumentException(
                    "topic.prefix is '" + prefix + "'; use 1 to 60 letters, digits, dots, hyphens and underscores");
        }
    }

    public String definitions() {
        return prefix + ".definitions";
    }

    public String events() {
        return prefix + ".events";
    }

    public String status() {
        return prefix + ".status";
    }

    public String commands() {
        return prefix + ".commands";
    }

    /** The ring of a mirror; its partitions are the mirror's logs. */
    public String ring(String mirror) {
        return prefix + "." + Checks.name("mirror", mirror) + ".log";
    }

    /** The group under which a destination commits, for tools that watch lag. */
    public String group(String mirror, String server) {
        return prefix + "." + Checks.name("mirror", mirror) + "." + Checks.name("server", server);
    }

    /** The transactional id under which a mirror's definition is written. */
    public String definitionWriter(String mirror) {
        return prefix + "." + Checks.name("mirror", mirror) + ".definition";
    }

    /** The Kafka Streams application id of the tracker. */
    public String trackerApplication() {
        return prefix + ".tracker";
    }

    /** Where Kafka Streams keeps the tracker's memory of definitions. */
    public String trackerDefinitions() {
        return trackerApplication() + "-definitions-changelog";
    }

    /** Where Kafka Streams keeps the tracker's memory of statuses. */
    public String trackerStatuses() {
        return trackerApplication() + "-statuses-changelog";
    }
}
