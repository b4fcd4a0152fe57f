package io.ringmirror.replica.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.replica.Replica;
import io.ringmirror.replica.Replicas;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a mirror, and how often. */
class MirrorFactsTest {
    private static final Duration BEAT = Duration.ofSeconds(1);

    private final List<Event> said = new ArrayList<>();

    @TempDir
    private Path directory;

    @Test
    void beatsWithNothingNewAreToldEveryThirdTimeWhichIsSaid() throws Exception {
        try (Replica replica = Replicas.open(directory, 1 << 20)) {
            MirrorFacts facts = facts(replica);
            for (int beat = 0; beat < 9; beat++) {
                facts.beat();
            }

            assertThat(said)
                    .hasSize(3)
                    .allSatisfy(event -> assertThat(event.state().quietMs()).isEqualTo(3 * BEAT.toMillis()));
        }
    }

    @Test
    void aFactIsToldAtOnceAndSoIsTheBeatBehindIt() throws Exception {
        try (Replica replica = Replicas.open(directory, 1 << 20)) {
            MirrorFacts facts = facts(replica);
            facts.beat();
            facts.state(new Fact.EpochSealed(1));
            facts.state(new Fact.EpochSealed(1));
            facts.beat();
            facts.beat();

            assertThat(said)
                    .extracting(Event::fact)
                    .containsExactly(
                            new Fact.Beat(), new Fact.EpochSealed(1), new Fact.EpochSealed(1), new Fact.Beat());
        }
    }

    @Test
    void whatCannotBeDeletedIsSaidWithSinceWhenWhateverTheReasonsMeanwhile() throws Exception {
        try (Replica replica = Replicas.open(directory, 1 << 20)) {
            MirrorFacts facts = facts(replica);
            facts.deleting("may not delete", 1);
            facts.beat();
            long sinceMs = said.get(0).state().undeletedSinceMs();
            while (System.currentTimeMillis() == sinceMs) {
                Thread.onSpinWait();
            }
            facts.deleting("no broker answers", 1);
            facts.beat();
            facts.deleting("", 1);
            facts.beat();

            assertThat(said)
                    .extracting(event -> event.state().undeleted())
                    .containsExactly("may not delete", "no broker answers", "");
            assertThat(said)
                    .extracting(event -> event.state().undeletedSinceMs())
                    .containsExactly(sinceMs, sinceMs, 0L);
        }
    }

    private MirrorFacts facts(Replica replica) {
        return new MirrorFacts(said::add, replica, Replicas.SERVER, Role.DESTINATION, Set.of(Role.DESTINATION), BEAT);
    }
}
