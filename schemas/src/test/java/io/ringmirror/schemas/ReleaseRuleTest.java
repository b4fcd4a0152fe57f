package io.ringmirror.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.EpochTrail.Seal;
import io.ringmirror.schemas.Event.ReplicaState;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.ReleaseRule.Decision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;

class ReleaseRuleTest {
    private static final UUID BERLIN = new UUID(1, 1);
    private static final UUID PARIS = new UUID(2, 2);
    private static final UUID ROME = new UUID(3, 3);
    private static final Definition MIRROR = new Definition(
            "mirror",
            new UUID(9, 9),
            4,
            0,
            "berlin",
            List.of(new Definition.Volume("disk", 512)),
            List.of(
                    new Definition.Replica("berlin", BERLIN),
                    new Definition.Replica("paris", PARIS),
                    new Definition.Replica("rome", ROME)),
            new Definition.Ring(3, 64, 1 << 30),
            0);

    private final Map<UUID, ReplicaState> heard = new HashMap<>();

    @BeforeTry
    void nothingHeard() {
        heard.clear();
    }

    @Property
    void neverAboveAnyReplicasFlushedEpochNorBelowWhatWasReleased(
            @ForAll @Size(3) List<@LongRange(min = 0, max = 40) Long> flushed,
            @ForAll @LongRange(min = 0, max = 40) long released,
            @ForAll @IntRange(min = 1, max = 50) int logs) {
        List<UUID> ids = List.of(BERLIN, PARIS, ROME);
        for (int i = 0; i < 3; i++) {
            heard.put(ids.get(i), state(flushed.get(i), rotating(logs, 40, 0)));
        }
        long least = flushed.stream().mapToLong(Long::longValue).min().orElseThrow();
        Decision decision = releasable(released);
        assertThat(decision.releasedEpoch()).isEqualTo(Math.max(released, least));
        assertThat(decision.reasonHeld().isPresent()).isEqualTo(least < released);
    }

    @Property
    void eachFlushHeardReleasesNoLessThanBefore(
            @ForAll List<@IntRange(min = 0, max = 2) Integer> whoFlushesNext,
            @ForAll @IntRange(min = 1, max = 8) int logs) {
        List<UUID> ids = List.of(BERLIN, PARIS, ROME);
        long[] flushed = new long[3];
        long released = 0;
        for (int who : whoFlushesNext) {
            flushed[who]++;
            heard.put(ids.get(who), state(flushed[who], rotating(logs, flushed[who], 0)));
            long next = releasable(released).releasedEpoch();
            assertThat(next).isGreaterThanOrEqualTo(released);
            assertThat(next).isLessThanOrEqualTo(Math.min(flushed[0], Math.min(flushed[1], flushed[2])));
            released = next;
        }
    }

    @Property
    void aReplicaNotHeardOfHoldsEverything(
            @ForAll @IntRange(min = 0, max = 2) int silent, @ForAll @LongRange(min = 0, max = 9) long released) {
        List<UUID> ids = new ArrayList<>(List.of(BERLIN, PARIS, ROME));
        ids.remove(silent);
        ids.forEach(id -> heard.put(id, state(10, rotating(20, 10, 0))));
        Decision decision = releasable(released);
        assertThat(decision.releasedEpoch()).isEqualTo(released);
        assertThat(decision.reasonHeld().orElseThrow()).contains("not heard");
    }

    @Property
    void aDigestThatDiffersHoldsItsEpochAndAllLater(@ForAll @LongRange(min = 1, max = 10) long bad) {
        heard.put(BERLIN, state(10, rotating(20, 10, 0)));
        heard.put(PARIS, state(10, rotating(20, 10, bad)));
        heard.put(ROME, state(10, rotating(20, 10, 0)));
        Decision decision = releasable(0);
        assertThat(decision.releasedEpoch()).isEqualTo(bad - 1);
        assertThat(decision.reasonHeld()).hasValue("digests of epoch " + bad + " differ between berlin and paris");
    }

    @Example
    void anUnknownDefinitionReleasesNothing() {
        heard.put(BERLIN, state(10, rotating(20, 10, 0)));
        Decision decision = ReleaseRule.releasable(Optional.empty(), heard, 3);
        assertThat(decision.releasedEpoch()).isEqualTo(3);
        assertThat(decision.reasonHeld()).isPresent();
    }

    @Example
    void aFlushedEpochWithoutADigestIsHeld() {
        heard.put(BERLIN, state(2, rotating(4, 2, 0)));
        heard.put(PARIS, state(2, rotating(4, 1, 0)));
        heard.put(ROME, state(2, rotating(4, 2, 0)));
        Decision decision = releasable(0);
        assertThat(decision.releasedEpoch()).isEqualTo(1);
        assertThat(decision.reasonHeld()).hasValue("paris flushed epoch 2 and gave no digest of it");
    }

    @Example
    void aReplicaThatIsNotRegisteredDoesNotCount() {
        for (UUID id : List.of(BERLIN, PARIS, ROME)) {
            heard.put(id, state(5, rotating(20, 5, 0)));
        }
        heard.put(new UUID(4, 4), state(1, rotating(20, 5, 3)));
        assertThat(releasable(0)).isEqualTo(new Decision(5, Optional.empty()));
    }

    @Example
    void theSameSealAtTwoOffsetsAgrees() {
        heard.put(BERLIN, state(1, List.of(new EpochTrail(0, 1, 0, Optional.of(new Seal(10, 7, 7, 70, 5))))));
        heard.put(PARIS, state(1, List.of(new EpochTrail(0, 1, 0, Optional.of(new Seal(12, 7, 7, 70, 5))))));
        heard.put(ROME, heard.get(BERLIN));
        assertThat(releasable(0).releasedEpoch()).isEqualTo(1);
    }

    @Example
    void aReleasedEpochMayBeDeletedAndALaterOneMayNot() {
        MirrorStatus status = status(4, 5, 5, 6, 7);
        assertThat(ReleaseRule.reasonToKeep(MIRROR, status, 5)).isEmpty();
        assertThat(ReleaseRule.reasonToKeep(MIRROR, status, 6).orElseThrow()).contains("epoch 6 is not released");
    }

    @Example
    void aStatusThatItsOwnReplicasContradictDeletesNothing() {
        assertThat(ReleaseRule.reasonToKeep(MIRROR, status(4, 5, 5, 6, 3), 5)).isPresent();
        assertThat(ReleaseRule.reasonToKeep(MIRROR, status(4, 5, 5, 6, 0), 5)).isPresent();
    }

    @Example
    void aStatusOfAnOlderGenerationOrAnotherMirrorDeletesNothing() {
        assertThat(ReleaseRule.reasonToKeep(MIRROR, status(3, 5, 5, 6, 7), 5).orElseThrow())
                .contains("generation 3");
        Definition anew = new Definition(
                "mirror", new UUID(8, 8), 1, 0, "berlin", MIRROR.volumes(), MIRROR.replicas(), MIRROR.ring(), 0);
        assertThat(ReleaseRule.reasonToKeep(anew, status(4, 5, 5, 6, 7), 5).orElseThrow())
                .contains("another mirror");
    }

    private Decision releasable(long released) {
        return ReleaseRule.releasable(Optional.of(MIRROR), heard, released);
    }

    private static MirrorStatus status(long generation, long released, long berlin, long paris, long rome) {
        long[] flushed = {berlin, paris, rome};
        List<MirrorStatus.ReplicaStatus> replicas = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Definition.Replica replica = MIRROR.replicas().get(i);
            replicas.add(new MirrorStatus.ReplicaStatus(
                    replica.server(),
                    replica.replicaId(),
                    1,
                    state(flushed[i], rotating(3, 9, 0)),
                    flushed[i],
                    flushed[i] * 10,
                    0,
                    0,
                    0,
                    0,
                    0,
                    ""));
        }
        return new MirrorStatus(
                "mirror",
                MIRROR.mirrorId(),
                generation,
                1,
                10,
                9,
                released,
                0,
                3,
                0,
                "",
                List.of(),
                replicas,
                MirrorStatus.Verdict.CATCHING_UP,
                "",
                1);
    }

    private static ReplicaState state(long flushed, List<EpochTrail> trails) {
        return new ReplicaState(
                Role.DESTINATION, flushed, flushed * 10, 0, 0, flushed, flushed * 10, 0, 0, 0, 0, trails);
    }

    /** The trails after {@code sealed} epochs in turn over {@code logs} logs; epoch {@code bad} has a digest of its own. */
    private static List<EpochTrail> rotating(int logs, long sealed, long bad) {
        Map<Integer, EpochTrail> trails = new HashMap<>();
        for (long epoch = 1; epoch <= sealed; epoch++) {
            int log = (int) ((epoch - 1) % logs);
            Seal seal = new Seal(epoch * 20, epoch * 10, 10, 100, epoch == bad ? -1 : epoch);
            trails.put(log, new EpochTrail(log, epoch, 0, Optional.of(seal)));
        }
        return List.copyOf(trails.values());
    }
}
