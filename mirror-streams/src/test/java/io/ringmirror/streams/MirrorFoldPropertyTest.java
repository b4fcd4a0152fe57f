package io.ringmirror.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds of the tracker's rule whatever is told, in whatever order and however often. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
class MirrorFoldPropertyTest {
    private static final long EPOCHS = 6;
    private final Definition definition = Tales.definition(7, "a", "b", "c");

    /** I4: released <= flushed, of every registered replica. */
    @Property
    void noEpochIsReleasedThatARegisteredReplicaNeverSaidItFlushed(@ForAll("tellings") List<Event> events) {
        Map<UUID, Long> flushed = new HashMap<>();
        MirrorStatus status = start();
        for (Event event : events) {
            if (MirrorFold.refusal(definition, event).isEmpty()) {
                flushed.merge(event.replicaId(), event.state().flushedEpoch(), Math::max);
            }
            status = after(status, event);
            for (Definition.Replica replica : definition.replicas()) {
                assertThat(status.releasedEpoch()).isLessThanOrEqualTo(flushed.getOrDefault(replica.replicaId(), 0L));
            }
        }
    }

    @Property
    void theReleaseNeverGoesBackAndNeverPassesADivergence(@ForAll("tellings") List<Event> events) {
        MirrorStatus status = start();
        for (Event event : events) {
            MirrorStatus next = after(status, event);
            assertThat(next.releasedEpoch()).isGreaterThanOrEqualTo(status.releasedEpoch());
            if (next.divergedEpoch() > 0) {
                assertThat(next.releasedEpoch())
                        .isLessThanOrEqualTo(Math.max(status.releasedEpoch(), next.divergedEpoch() - 1));
            }
            status = next;
        }
    }

    @Property
    void nothingIsReleasedWhileAReplicaIsBehindWhatItSaid(@ForAll("tellings") List<Event> events) {
        MirrorStatus status = start();
        for (Event event : events) {
            MirrorStatus next = after(status, event);
            if (next.replicas().stream().anyMatch(ReplicaStatus::wentBack)) {
                assertThat(next.releasedEpoch()).isEqualTo(status.releasedEpoch());
            }
            status = next;
        }
    }

    @Property
    void anEventToldTwiceIsTheSameAsToldOnce(@ForAll("tellings") List<Event> events) {
        MirrorStatus status = start();
        for (Event event : events) {
            status = after(status, event);
            assertThat(after(status, event)).isEqualTo(status);
        }
    }

    @Property
    void theDefinitionToldAgainChangesNothing(@ForAll("tellings") List<Event> events) {
        MirrorStatus status = start();
        for (Event event : events) {
            status = after(status, event);
            assertThat(MirrorFold.redefined(definition, Optional.of(status))).isEqualTo(status);
            assertThat(status.generation()).isEqualTo(definition.generation());
        }
    }

    @Property
    void theOrderOfTruthfulServersDoesNotMatter(@ForAll("interleavings") List<String> turns) {
        Map<String, Long> steps = new HashMap<>();
        MirrorStatus status = start();
        for (String server : turns) {
            long step = Math.min(EPOCHS, steps.merge(server, 1L, Long::sum));
            status = after(status, Tales.beat(server, truthful(server, step)));
        }
        for (String server : List.of("a", "b", "c")) {
            status = after(status, Tales.beat(server, truthful(server, EPOCHS)));
        }
        assertThat(status.verdict()).isEqualTo(MirrorStatus.Verdict.IN_SYNC);
        assertThat(status.releasedEpoch()).isEqualTo(EPOCHS);
        assertThat(status.requiredLogs()).isBetween(1L, EPOCHS + 1);
    }

    @Property
    void lagAndAgeAreNeverNegative(@ForAll("tellings") List<Event> events) {
        MirrorStatus status = start();
        for (Event event : events) {
            status = after(status, event);
            assertThat(status.replicas())
                    .allSatisfy(
                            replica -> assertThat(List.of(replica.lagEpochs(), replica.lagRecords(), replica.rpoMs()))
                                    .allMatch(value -> value >= 0));
        }
    }

    @Provide
    Arbitrary<List<String>> interleavings() {
        return Arbitraries.of("a", "b", "c").list().ofMaxSize(20);
    }

    @Provide
    Arbitrary<List<Event>> tellings() {
        return event().list().ofMaxSize(25);
    }

    /** Of registered servers and of a stranger, of this mirror and of another, sometimes with a wrong digest. */
    private static Arbitrary<Event> event() {
        Arbitrary<String> servers = Arbitraries.of("a", "a", "b", "b", "c", "c", "x");
        Arbitrary<UUID> mirrors = Arbitraries.frequency(Tuple.of(20, Tales.MIRROR), Tuple.of(1, Tales.id(1)));
        Arbitrary<Long> epochs = Arbitraries.longs().between(0, EPOCHS);
        Arbitrary<Boolean> wrong = Arbitraries.frequency(Tuple.of(30, false), Tuple.of(1, true));
        Arbitrary<Fact> facts = Combinators.combine(Arbitraries.integers().between(0, 5), epochs)
                .as((log, epoch) -> epoch == 0 ? new Fact.Beat() : new Fact.Deallocated(log, epoch, 1, 10));
        return Combinators.combine(servers, mirrors, epochs, epochs, wrong, facts)
                .as((server, mirror, one, other, isWrong, fact) -> new Event(
                        mirror,
                        "disk",
                        server,
                        Tales.replicaOf(server),
                        1,
                        0,
                        fact,
                        Tales.state(
                                server.equals("a") ? Role.SOURCE : Role.DESTINATION,
                                Math.min(one, other),
                                Math.max(one, other),
                                trails(Math.max(one, other), isWrong))));
    }

    private static List<EpochTrail> trails(long sealed, boolean wrong) {
        return LongStream.rangeClosed(1, sealed)
                .mapToObj(epoch ->
                        wrong && epoch == sealed ? Tales.sealed((int) epoch - 1, epoch, -1) : Tales.trail(epoch, true))
                .toList();
    }

    private static Event.ReplicaState truthful(String server, long step) {
        return server.equals("a") ? Tales.source(step) : Tales.destination(step, step);
    }

    private MirrorStatus start() {
        return MirrorFold.redefined(definition, Optional.empty());
    }

    private MirrorStatus after(MirrorStatus status, Event event) {
        return MirrorFold.next(definition, Optional.of(status), event, 10_000);
    }
}
