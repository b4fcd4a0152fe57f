package io.ringmirror.server;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * The topic that a running mirror follows.
 *
 * @param name which another topic may have later
 * @param id which no other topic ever has
 */
record RingTopic(String name, String id) {
    /** Whether this is the topic that has its name now, by the ids of those that exist. */
    boolean stands(Map<String, Uuid> ids) {
        return Optional.ofNullable(ids.get(name))
                .map(Uuid::toString)
                .filter(id::equals)
                .isPresent();
    }
}
