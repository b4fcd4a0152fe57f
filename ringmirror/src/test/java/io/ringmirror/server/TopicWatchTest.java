package io.ringmirror.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class TopicWatchTest {
    private final Uuid id = Uuid.randomUuid();
    private final Map<String, Uuid> topics = new HashMap<>(Map.of("one", id, "two", Uuid.randomUuid()));
    private final Mirror one = new Mirror(new RingTopic("one", id.toString()));
    private final Mirror two = new Mirror(new RingTopic("two", topics.get("two").toString()));
    private final List<Collection<String>> asked = new ArrayList<>();
    private boolean unreachable;
    private final TopicWatch watch = new TopicWatch(this::idsOf, () -> List.of(one, two));

    @Test
    void whatIsThereIsLeftAloneAndAskedForInOneQuestion() {
        watch.look();
        watch.look();
        assertThat(one.told).isEmpty();
        assertThat(asked).hasSize(2).allSatisfy(names -> assertThat(names).containsExactlyInAnyOrder("one", "two"));
    }

    @Test
    void aTopicThatWasMissedTwiceInARowEndsItsMirrorAloneF11() {
        topics.remove("one");
        watch.look();
        assertThat(one.told).as("one broker may lag behind").isEmpty();
        watch.look();
        assertThat(one.told)
                .singleElement()
                .asString()
                .contains("topic one with id " + id + " was deleted", "Make the mirror anew");
        assertThat(two.told).isEmpty();
    }

    @Test
    void aTopicMadeAnewEndsItsMirrorF11() {
        topics.put("one", Uuid.randomUuid());
        watch.look();
        watch.look();
        assertThat(one.told)
                .singleElement()
                .asString()
                .contains("has id " + topics.get("one"), "not " + id, "deleted and made anew");
    }

    @Test
    void aTopicThatIsSeenAgainBetweenIsNotMissed() {
        topics.remove("one");
        watch.look();
        topics.put("one", id);
        watch.look();
        topics.remove("one");
        watch.look();
        assertThat(one.told).isEmpty();
    }

    @Test
    void brokersThatDoNotAnswerSayNothingAboutTopics() {
        unreachable = true;
        assertThatThrownBy(watch::look).isInstanceOf(KafkaException.class);
        assertThatThrownBy(watch::look).isInstanceOf(KafkaException.class);
        assertThat(one.told).isEmpty();
    }

    private Map<String, Uuid> idsOf(Collection<String> names) {
        if (unreachable) {
            throw new KafkaException("nobody answers");
        }
        asked.add(names);
        return topics;
    }

    /** Follows a topic until it is told that it is gone. */
    private static final class Mirror implements TopicWatch.Watched {
        private final RingTopic ring;
        private final List<String> told = new ArrayList<>();

        private Mirror(RingTopic ring) {
            this.ring = ring;
        }

        @Override
        public Optional<RingTopic> ring() {
            return told.isEmpty() ? Optional.of(ring) : Optional.empty();
        }

        @Override
        public void lost(RingTopic which, String what) {
            if (which.equals(ring)) {
                told.add(what);
            }
        }
    }
}
