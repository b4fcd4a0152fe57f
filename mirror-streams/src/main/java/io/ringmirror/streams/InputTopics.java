package io.ringmirror.streams;

import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.topics.ClusterFacts;
import io.ringmirror.schemas.topics.Finding;
import io.ringmirror.schemas.topics.TopicAdmin;
import io.ringmirror.schemas.topics.TopicCheck;
import io.ringmirror.schemas.topics.TopicException;
import io.ringmirror.schemas.topics.TopicFacts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The check of the topics that a tracker needs, before it starts: Streams itself would wait or fail obscurely. */
final class InputTopics {
    private static final Logger LOG = LoggerFactory.getLogger(InputTopics.class);

    private InputTopics() {}

    /**
     * Returns when the topics are there and fit together; logs what is unsafe but allowed.
     *
     * @return what the cluster says of itself and of these topics
     * @throws TopicException with everything that is wrong
     * @throws io.ringmirror.schemas.topics.ClusterUnreachableException if no broker answers in time
     */
    static ClusterFacts require(TrackerSettings settings) {
        TopicNames topics = settings.topics();
        try (TopicAdmin admin = TopicAdmin.open(settings.client(), Duration.ofMillis(settings.kafkaTimeoutMs()))) {
            TopicCheck check = new TopicCheck(topics);
            admin.requireSafe(check, List.of()).forEach(InputTopics::warn);
            check.checkMemory(admin.facts(check.memory())).forEach(InputTopics::warn);
            ClusterFacts facts = admin.facts(List.of(topics.definitions(), topics.events()));
            requireAligned(topics, facts.topics());
            return facts;
        }
    }

    private static void warn(Finding warning) {
        LOG.warn("{}", warning.line());
    }

    /** A mirror's definition and its events meet only where both topics spread keys alike. */
    private static void requireAligned(TopicNames topics, Map<String, TopicFacts> facts) {
        int definitions = facts.get(topics.definitions()).partitions();
        int events = facts.get(topics.events()).partitions();
        if (definitions != events) {
            throw new TopicException(List.of(new Finding(
                    Finding.Severity.ERROR,
                    topics.events(),
                    "partitions",
                    Integer.toString(events),
                    Integer.toString(definitions),
                    "the tracker would look for a mirror's definition in another partition than " + topics.definitions()
                            + " has it in")));
        }
    }
}
