package io.ringmirror.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmirror.replica.ChainException;
import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.Position.EpochProgress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class RingWatchTest {
    private final Uuid id = Uuid.randomUuid();
    private final Map<String, Uuid> topics = new HashMap<>(Map.of("one", id, "two", Uuid.randomUuid()));
    private final Mirror one = new Mirror(new RingTopic("one", id.toString()));
    private final Mirror two = new Mirror(new RingTopic("two", topics.get("two").toString()));
    private final TopicPartition left = new TopicPartition("one", 0);
    private final TopicPartition entered = new TopicPartition("one", 1);
    private final Map<TopicPartition, Long> ends = new HashMap<>(
            Map.of(left, 10L, entered, 20L, new TopicPartition("two", 0), 10L, new TopicPartition("two", 1), 20L));
    private final List<Collection<String>> asked = new ArrayList<>();
    private final List<Collection<TopicPartition>> askedLogs = new ArrayList<>();
    private boolean unreachable;
    private final RingWatch watch = new RingWatch(this::idsOf, this::endsOf, () -> List.of(one, two));

    @Test
    void whatIsThereIsLeftAloneAndAskedForInOneQuestion() {
        watch.look();
        watch.look();
        assertThat(one.told).isEmpty();
        assertThat(asked).hasSize(2).allSatisfy(names -> assertThat(names).containsExactlyInAnyOrder("one", "two"));
        assertThat(askedLogs).hasSize(2).allSatisfy(logs -> assertThat(logs).hasSameElementsAs(ends.keySet()));
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
                .contains("TOPIC_GONE", "topic one with id " + id + " was deleted", "Make the mirror anew");
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
    void aLogThatEndsBeforeWhatTheMirrorHoldsTwiceInARowEndsItsMirrorAloneF6() {
        ends.put(entered, 19L);
        watch.look();
        assertThat(one.told).as("a new leader may lag behind").isEmpty();
        watch.look();
        assertThat(one.told)
                .singleElement()
                .asString()
                .contains("DIVERGED", "holds log 1 up to offset 20", "the log ends at 19", "lost acknowledged records");
        assertThat(two.told).isEmpty();
    }

    @Test
    void theLogThatWasLeftMustHaveItsSealF6() {
        ends.put(left, 9L);
        watch.look();
        watch.look();
        assertThat(one.told).singleElement().asString().contains("holds log 0 up to offset 10", "ends at 9");
    }

    @Test
    void aLogThatHasItsRecordsAgainBetweenLostNone() {
        ends.put(entered, 19L);
        watch.look();
        ends.put(entered, 20L);
        watch.look();
        ends.put(entered, 19L);
        watch.look();
        assertThat(one.told).isEmpty();
    }

    @Test
    void aLogWithoutALeaderSaysNothing() {
        ends.remove(entered);
        watch.look();
        watch.look();
        assertThat(one.told).isEmpty();
    }

    @Test
    void logsOfATopicMadeAnewAreNotHeldAgainstItsMirror() {
        ends.put(entered, 0L);
        watch.look();
        topics.put("one", Uuid.randomUuid());
        watch.look();
        assertThat(one.told).as("seen in another way").isEmpty();
        watch.look();
        assertThat(one.told).singleElement().asString().contains("TOPIC_GONE");
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

    private Map<TopicPartition, Long> endsOf(Collection<TopicPartition> logs) {
        askedLogs.add(logs);
        return ends;
    }

    /** Follows a topic until it is told that it is gone. */
    private static final class Mirror implements RingWatch.Watched {
        private final RingTopic ring;
        private final List<String> told = new ArrayList<>();

        private Mirror(RingTopic ring) {
            this.ring = ring;
        }

        @Override
        public Optional<RingWatch.Followed> followed() {
            return told.isEmpty() ? Optional.of(new RingWatch.Followed(ring, sealed())) : Optional.empty();
        }

        @Override
        public void lost(RingTopic which, ChainException why) {
            if (which.equals(ring)) {
                told.add(why.getMessage());
            }
        }

        /** Up to an EpochEnd in log 0 at offset 9, after which it goes on in log 1 at offset 20. */
        private Position sealed() {
            return new Position(
                    UUID.randomUUID(),
                    "cluster",
                    ring.id(),
                    1,
                    Optional.empty(),
                    new EpochProgress(1, 7, 7, 7, true),
                    7,
                    0,
                    9,
                    -1,
                    0,
                    1,
                    20);
        }
    }
}
