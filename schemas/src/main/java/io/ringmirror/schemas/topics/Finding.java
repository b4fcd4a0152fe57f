package io.ringmirror.schemas.topics;

import java.util.Objects;

/**
 * Something about a topic or the cluster that is not as it must be.
 *
 * @param severity whether a server may start nevertheless
 * @param subject the topic, or the broker or cluster that the setting belongs to
 * @param key the setting
 * @param value what it is
 * @param required what it must be
 * @param why what would happen otherwise
 */
public record Finding(Severity severity, String subject, String key, String value, String required, String why) {
    /** How bad a finding is. */
    public enum Severity {
        /** Acknowledged writes are safe only as long as hardware holds; said at every start. */
        WARNING,
        /** Data can be lost in normal running, or nothing can run; servers refuse to start. */
        ERROR
    }

    public Finding {
        Objects.requireNonNull(severity, "severity");
    }

    static Finding missingTopic(String topic) {
        return new Finding(
                Severity.ERROR,
                topic,
                "topic",
                "missing",
                "there",
                "make it with 'ringmirror topics --execute', or a new mirror with 'ringmirror create'");
    }

    /** One line for people. */
    public String line() {
        return subject + ": " + key + " is " + value + ", must be " + required + ": " + why;
    }
}
